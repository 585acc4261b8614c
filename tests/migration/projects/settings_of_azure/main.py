import openai
from azure_config import DEPLOYMENT

def ask(text):
    r = openai.ChatCompletion.create(engine=DEPLOYMENT, messages=[{"role": "user", "content": text}])
    return r.choices[0].message["content"]

print(ask("Hello"))
