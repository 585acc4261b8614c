"""A fake answer with a way of its own to be read."""
import json
from unittest.mock import patch

import openai


class Answer:
    def __init__(self, text):
        self.values = json.loads(text)

    def __getitem__(self, name):
        return self.values[name]


def ask(text):
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]


with patch("openai.ChatCompletion.create", return_value=Answer('{"choices": [{"message": {"content": "hi"}}]}')):
    print(ask("x"))
