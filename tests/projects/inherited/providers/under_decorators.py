"""The classes that make the requests, under the decorators of their base classes: those tell."""

import openai
from openai import OpenAI

from . import decorated

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt).output_text


class Again(decorated.Patient):
    def request(self, prompt):
        return ask(prompt)


class AgainAndAgain(decorated.Tenacious):
    def request(self, prompt):
        return ask(prompt)


class AgainBehind(decorated.Indirect):
    def request(self, prompt):
        return ask(prompt)


class Once(decorated.Careful):
    def request(self, prompt):
        return ask(prompt)


class ByAnExit(decorated.Leaving):
    def request(self, prompt):
        try:
            return ask(prompt)
        except openai.AuthenticationError:
            raise SystemExit("check the key") from None


class ByWords(decorated.Telling):
    def request(self, prompt):
        try:
            return ask(prompt)
        except openai.OpenAIError as error:
            return f"no answer: {error}"


class Undecorated(decorated.Redecorated):
    def ask(self, prompt):
        return self.request(prompt)

    def request(self, prompt):
        return ask(prompt)


class WithAnyOf(decorated.Rotating):
    def __init__(self, keys):
        self.keys = keys

    def request(self, prompt):
        return OpenAI(api_key=self.keys.pop()).responses.create(model="gpt-4o", input=prompt).output_text
