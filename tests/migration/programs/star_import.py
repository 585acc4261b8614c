import os
from openai import *
import openai

openai.api_key = os.environ["OPENAI_API_KEY"]
print(ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "a"}])["choices"][0]["message"]["content"])
try:
    Completion.create(model="fails-400", prompt="a")
except InvalidRequestError as e:
    print(e.http_status)
