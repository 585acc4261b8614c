"""Functions that answer None when a request fails, and what is done with that."""

import json
import os

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]
log = []


def ask(text):
    try:
        return openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    except openai.error.OpenAIError as error:
        print("failed:", error.http_status)
        return None


for text in ("hi", "fails-400", "fails-503"):
    log.append(ask(text))
print([answer and answer.usage.total_tokens for answer in log])
print(ask("fails-429"))
answer = ask("again")
if answer is not None:
    print(answer["choices"][0]["message"]["content"])
print(json.dumps([each is None for each in log]))


def last(text):
    answer = None
    try:
        answer = openai.Embedding.create(model="text-embedding-ada-002", input=text)
    except openai.error.InvalidRequestError:
        pass
    print(answer if answer is None else answer["data"][0]["embedding"])


last("x")
last("fails-400")
