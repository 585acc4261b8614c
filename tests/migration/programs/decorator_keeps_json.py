import json
import os

import openai


def cache(fn):
    def call(*args):
        if not os.path.exists("store.json"):
            with open("store.json", "w") as f:
                json.dump(fn(*args), f)
        with open("store.json") as f:
            return json.load(f)
    return call


@cache
def ask(text):
    return openai.Completion.create(model="davinci-002", prompt=text)


print(ask("Hi")["choices"][0]["text"])
