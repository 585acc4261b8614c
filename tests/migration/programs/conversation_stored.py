import json
import os

import openai

HISTORY = "history.json"


def load():
    if os.path.exists(HISTORY):
        with open(HISTORY) as f:
            return json.load(f)
    return []


def save(history):
    with open(HISTORY, "w") as f:
        json.dump(history, f)


def turn(text):
    history = load()
    history.append({"role": "user", "content": text})
    response = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=history)
    history.append(response["choices"][0]["message"])
    save(history)
    return history[-1]["content"]


print(turn("first"))
print(turn("second"))
print([m["role"] for m in load()])
