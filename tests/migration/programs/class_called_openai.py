import os
from openai import ChatCompletion
from openai.error import InvalidRequestError


class OpenAI:
    def __init__(self, model):
        self.model = model

    def ask(self, text):
        try:
            return ChatCompletion.create(model=self.model, messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]
        except InvalidRequestError:
            return "bad"


print(OpenAI("m").ask("a"), OpenAI("fails-400").ask("a"))
