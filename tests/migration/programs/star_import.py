from openai import *

print(ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "star"}])["choices"][0]["message"]["content"])
