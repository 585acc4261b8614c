import getpass
import sys

import openai

openai.api_key = sys.stdin.readline().strip()
question = input("Question? ")
print(openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": question}]).choices[0].message.content)
