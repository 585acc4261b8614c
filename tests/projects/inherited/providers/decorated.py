"""Base classes that call the methods of their subclasses under decorators."""

import time
from abc import ABC, abstractmethod
from functools import wraps

import openai
from tenacity import retry, retry_if_exception_type, stop_after_attempt


def patiently(function):
    @wraps(function)
    def wrapper(*args):
        for attempt in range(4):
            try:
                return function(*args)
            except Exception as error:
                print(attempt, error)
                time.sleep(1)
        raise RuntimeError("no answer")

    return wrapper


class Patient(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @patiently  # expect: OAK402
    def ask(self, prompt):
        return self.request(prompt)


class Tenacious(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @retry(stop=stop_after_attempt(3))  # expect: OAK402
    def ask(self, prompt):
        return self.request(prompt)


# fine: only a limit is waited for
class Careful(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @retry(retry=retry_if_exception_type(openai.RateLimitError), stop=stop_after_attempt(3))
    def ask(self, prompt):
        return self.request(prompt)


class Indirect(ABC):
    """Its decorated method comes to the subclass's by another one."""

    @abstractmethod
    def request(self, prompt): ...

    def ask(self, prompt):
        answer = self.request(prompt)
        return answer.strip()

    @retry(stop=stop_after_attempt(3))  # expect: OAK402
    def query(self, prompt):
        return self.ask(prompt)


# fine: in its subclass a wrong key ends it
class Leaving(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @retry(stop=stop_after_attempt(3))
    def ask(self, prompt):
        return self.request(prompt)


# fine: its subclass hands back what there is to say
class Telling(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @patiently
    def ask(self, prompt):
        return self.request(prompt)


# fine: its subclass has another decorator
class Redecorated(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @patiently
    def ask(self, prompt):
        return self.request(prompt)


# fine: another key each time
class Rotating(ABC):
    @abstractmethod
    def request(self, prompt): ...

    @patiently
    def ask(self, prompt):
        return self.request(prompt)
