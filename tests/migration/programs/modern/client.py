import os

from openai import OpenAI

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
completion = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hi"}])
print(completion.choices[0].message.content)
