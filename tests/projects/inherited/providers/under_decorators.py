"""The classes that make the requests, under the decorators of their base classes."""

import openai
from openai import OpenAI

from .decorated import Careful, Indirect, Patient, Tenacious

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt).output_text


class Again(Patient):
    def request(self, prompt):  # expect: OAK402
        return ask(prompt)


class AgainAndAgain(Tenacious):
    def request(self, prompt):  # expect: OAK402
        return ask(prompt)


# fine: only a limit is waited for
class Once(Careful):
    def request(self, prompt):
        return ask(prompt)


# fine: a wrong key ends it
class Leaving(Tenacious):
    def request(self, prompt):
        try:
            return ask(prompt)
        except openai.AuthenticationError:
            raise SystemExit("check the key") from None


# fine: it hands back what there is to say
class Telling(Patient):
    def request(self, prompt):
        try:
            return ask(prompt)
        except openai.OpenAIError as error:
            return f"no answer: {error}"


# fine: another key each time
class Rotating(Patient):
    def __init__(self, keys):
        self.keys = keys

    def request(self, prompt):
        return OpenAI(api_key=self.keys.pop()).responses.create(model="gpt-4o", input=prompt).output_text


class AgainBehind(Indirect):
    def request(self, prompt):  # expect: OAK402
        return ask(prompt)
