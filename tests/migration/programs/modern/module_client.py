import os

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]
openai.base_url = os.environ["API_BASE"] + "/"

print(openai.chat.completions.create(model="gpt-4", messages=[{"role": "user", "content": "module"}]).choices[0].message.content)
print(openai.models.list().data[0].id)
