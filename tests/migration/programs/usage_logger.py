import csv
import functools
import sys

import openai


def logged(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        response = func(*args, **kwargs)
        csv.writer(sys.stdout, lineterminator="\n").writerow(
            [func.__name__, response["model"], response["usage"]["prompt_tokens"], response["usage"].get("completion_tokens", 0)]
        )
        return response
    return wrapper


@logged
def chat(text):
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])


@logged
def embed(text):
    return openai.Embedding.create(model="text-embedding-ada-002", input=text)


print(chat("log this")["choices"][0]["message"]["content"])
print(len(embed("x")["data"][0]["embedding"]))
