"""The classes that make the requests, and what the loops of their base classes make of the errors."""

import openai
from openai import AsyncOpenAI, OpenAI

from .base import Hopeful, OneByOne, Patient, Polite, Strict, Stubborn

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByPatience(Patient):
    def request(self, prompt):  # expect: OAK401
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByAFunction(Patient):
    def request(self, prompt):  # expect: OAK401
        return ask(prompt)


class ByHope(Hopeful):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except Exception as error:  # expect: OAK401
            print("failed:", error)
            return None


class ByStubbornness(Stubborn):
    async def request(self, prompt):  # expect: OAK401
        return await AsyncOpenAI().responses.create(model="gpt-4o", input=prompt)


# fine: the base class says what is worth another request
class ByPoliteness(Polite):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


# fine: so does the subclass
class ByStrictness(Strict):
    fatal = (openai.AuthenticationError,)

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


# fine: likewise, by a method
class ByJudgement(Stubborn):
    async def request(self, prompt):
        return await AsyncOpenAI().responses.create(model="gpt-4o", input=prompt)

    def is_retryable(self, error):
        return not isinstance(error, openai.AuthenticationError)


# fine: the next request has the next prompt
class EachOnce(OneByOne):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


# fine: a wrong key ends it
class ByAnExit(Patient):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except openai.AuthenticationError:
            raise SystemExit("wrong key") from None


# fine: only what may pass is handed back
class ByHopeForWhatMayPass(Hopeful):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except openai.RateLimitError:
            return None


# fine: no request
class ByTheClock(Patient):
    def request(self, prompt):
        return prompt.upper()


# fine: the loop is not that of the base class
class ByItself(Patient):
    def ask(self, prompt):
        return self.request(prompt)

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


# fine: nobody runs it again
class Aside(Patient):
    def request(self, prompt):
        return prompt.upper()

    def request_aside(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


# fine: another key each time
class WithAnyOf(Patient):
    def __init__(self, keys):
        self.keys = iter(keys)

    def request(self, prompt):
        return OpenAI(api_key=next(self.keys)).responses.create(model="gpt-4o", input=prompt).output_text


# fine: each run takes the next prompt
class FromAQueue(Patient):
    def __init__(self, queue):
        self.queue = queue

    def request(self, prompt):
        item = self.queue.get()
        return client.responses.create(model="gpt-4o", input=prompt + item).output_text
