"""Base classes whose loops know nothing of the classes that make the requests: those tell what the loops do."""

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
            except Exception as error:  # expect: OAK401
                print("failed:", error)
                time.sleep(2**attempt)
        raise RuntimeError("no answer")


class Open(ABC):
    """Its subclass answers a whole dialogue in its own way; others ask once, and meet the loop."""

    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        for attempt in range(3):
            try:
                return self.request(prompt)
            except Exception as error:  # expect: OAK401
                print("failed:", error)

    def ask_all(self, prompts):
        return [self.ask(prompt) for prompt in prompts]


class Closed(ABC):
    """Its subclass does without the loop."""

    @abstractmethod
    def request(self, prompt): ...

    # fine: nobody calls it but the method that the subclass replaces
    def _ask(self, prompt):
        for attempt in range(3):
            try:
                return self.request(prompt)
            except Exception as error:
                print("failed:", error)

    def ask_all(self, prompts):
        return [self._ask(prompt) for prompt in prompts]


class Hopeful(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while not (answer := self.request(prompt)):  # expect: OAK401
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
            except Exception as error:  # expect: OAK401
                if not self.is_retryable(error):
                    raise


class Numbered(ABC):
    """Its subclass overrides something that has nothing to do with errors."""

    @abstractmethod
    def request(self, prompt): ...

    def title(self):
        return "numbered"

    def ask(self, prompt):
        for attempt in range(3):
            try:
                return self.request(f"{self.title()}: {prompt}")
            except Exception as error:  # expect: OAK401
                print("failed:", error)
        raise RuntimeError("no answer")


class Bare:
    """Nothing says that it is abstract but that it does nothing."""

    def request(self, prompt):
        pass

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:  # expect: OAK401
                time.sleep(1)


# fine: a wrong key leaves, whatever the subclass does
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


# fine: the subclass says what is fatal
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


# fine: likewise, by a method
class Judged(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def is_retryable(self, error):
        return True

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception as error:
                if not self.is_retryable(error):
                    raise


# fine: likewise, by what a method of its own asks
class JudgedAtASecondRemove(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def is_fatal(self, error):
        return False

    def is_retryable(self, error):
        return not self.is_fatal(error)

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception as error:
                if not self.is_retryable(error):
                    raise


# fine: the subclass says what is fatal when it is made
class StrictOnceMade(ABC):
    def __init__(self):
        self.worth_it = (Exception,)

    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except self.worth_it:
                time.sleep(1)


# fine: something that the subclass is besides says so
class JudgedBySomethingElse(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def is_retryable(self, error):
        return True

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception as error:
                if not self.is_retryable(error):
                    raise


class Careful:
    def is_retryable(self, error):
        return not isinstance(error, openai.AuthenticationError)


class Judging(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def is_retryable(self, error):
        return True


# fine: whoever asks says what is to be retried
def ask_by_judgement(judging: Judging, prompt):
    while True:
        try:
            return judging.request(prompt)
        except Exception as error:
            if not judging.is_retryable(error):
                raise


# fine: the subclass has one try
class Limited(ABC):
    attempts = 3

    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        for attempt in range(self.attempts):
            try:
                return self.request(prompt)
            except Exception as error:
                print("failed:", error)
        raise RuntimeError("no answer")


# fine: the next request has the next prompt
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


# fine: the subclass leaves for a wrong key
class Leaving(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: what it hands back are limits alone
class HopingForWhatMayPass(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while not (answer := self.request(prompt)):
            time.sleep(1)
        return answer


# fine: its subclass makes no request
class Timed(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: its subclass has no loop
class Overridden(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: another method of its subclass makes the request
class Beside(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: another key each time
class Rotating(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: each run takes the next prompt
class Queueing(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


# fine: nobody makes a request of it
class Unused(ABC):
    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)


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
