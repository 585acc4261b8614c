"""The classes that make the requests. What the loops of their bases make of the errors is said there."""

import openai
from openai import AsyncOpenAI, OpenAI

from . import base

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByPatience(base.Patient):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByOpenness(base.Open):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text

    def ask_all(self, prompts):
        return self.request("\n".join(prompts))


class ByClosedness(base.Closed):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text

    def ask_all(self, prompts):
        return self.request("\n".join(prompts))


class ByAFunction(base.Numbered):
    def title(self):
        return "by a function"

    def request(self, prompt):
        return ask(prompt)


class ByNothing(base.Bare):
    def request(self, prompt):
        return ask(prompt)


class ByHope(base.Hopeful):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except Exception as error:
            print("failed:", error)
            return None


class ByStubbornness(base.Stubborn):
    async def request(self, prompt):
        return await AsyncOpenAI().responses.create(model="gpt-4o", input=prompt)


class ByPoliteness(base.Polite):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByStrictness(base.Strict):
    fatal = (openai.AuthenticationError,)

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByJudgement(base.Judged):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text

    def is_retryable(self, error):
        return not isinstance(error, openai.AuthenticationError)


class BySecondJudgement(base.JudgedAtASecondRemove):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text

    def is_fatal(self, error):
        return isinstance(error, openai.AuthenticationError)


class ByStrictnessOnceMade(base.StrictOnceMade):
    def __init__(self):
        self.worth_it = (openai.RateLimitError,)

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByAnothersJudgement(base.Careful, base.JudgedBySomethingElse):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByItsOwnJudgement(base.Judging):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text

    def is_retryable(self, error):
        return not isinstance(error, openai.AuthenticationError)


class Once(base.Limited):
    attempts = 1

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class EachOnce(base.OneByOne):
    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class ByAnExit(base.Leaving):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except openai.AuthenticationError:
            raise SystemExit("wrong key") from None


class ByHopeForWhatMayPass(base.HopingForWhatMayPass):
    def request(self, prompt):
        try:
            return client.responses.create(model="gpt-4o", input=prompt).output_text
        except openai.RateLimitError:
            return None


class ByTheClock(base.Timed):
    def request(self, prompt):
        return prompt.upper()


class ByItself(base.Overridden):
    def ask(self, prompt):
        return self.request(prompt)

    def request(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class Aside(base.Beside):
    def request(self, prompt):
        return prompt.upper()

    def request_aside(self, prompt):
        return client.responses.create(model="gpt-4o", input=prompt).output_text


class WithAnyOf(base.Rotating):
    def __init__(self, keys):
        self.keys = iter(keys)

    def request(self, prompt):
        return OpenAI(api_key=next(self.keys)).responses.create(model="gpt-4o", input=prompt).output_text


class FromAQueue(base.Queueing):
    def __init__(self, queue):
        self.queue = queue

    def request(self, prompt):
        item = self.queue.get()
        return client.responses.create(model="gpt-4o", input=prompt + item).output_text
