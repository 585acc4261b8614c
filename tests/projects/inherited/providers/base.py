"""Base classes whose loops know nothing of the classes that make the requests."""

import time
from abc import ABC, abstractmethod

import openai


class Patient(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        for attempt in range(3):
            try:
                return self.request(prompt)
            except Exception as error:
                print("failed:", error)
                time.sleep(2**attempt)
        raise RuntimeError("no answer")


class Hopeful(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while not (answer := self.request(prompt)):
            time.sleep(1)
        return answer


class Stubborn:
    def request(self, prompt):
        raise NotImplementedError

    def is_retryable(self, error):
        return True

    async def ask(self, prompt):
        while True:
            try:
                return await self.request(prompt)
            except Exception as error:
                if not self.is_retryable(error):
                    raise


class Polite(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except openai.AuthenticationError:
                raise
            except Exception:
                time.sleep(1)


class Strict(ABC):
    fatal = ()

    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except self.fatal:
                raise
            except Exception:
                time.sleep(1)


class OneByOne(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask_all(self, prompts):
        answers = []
        for prompt in prompts:
            try:
                answers.append(self.request(prompt))
            except Exception as error:
                print("failed:", error)
        return answers


class Asking:
    """The other way round: the request is here, the loops are in subclasses."""

    def __init__(self):
        self.client = openai.OpenAI()

    def request(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt).output_text

    def request_or_none(self, prompt):
        try:
            return self.request(prompt)
        except openai.APIError:
            return None
