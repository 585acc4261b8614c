"""What the agents ask for; nobody here knows who does it.

class Example:
    def complete(self, prompt):
        '''Code in a docstring defines nothing.'''
"""

from typing import Generic, Protocol, TypeVar

T = TypeVar("T")


class LLM(Protocol):
    """Whoever has such a method.

    class Mine:
        def complete(self, prompt: str) -> str: ...

        def more(self): ...
    """

    def complete(self, prompt: str) -> str: ...


class AsyncLLM(Protocol):
    async def acomplete(self, prompt: str) -> str:
        """Asks once."""


class Embedder(Protocol):
    def embed(self, texts: list[str]) -> list[list[float]]: ...

    def dimensions(self) -> int: ...


class Translator(Protocol):
    def translate(self, text: str, language: str) -> str: ...


class Careful(Protocol):
    def ask_carefully(self, prompt: str) -> str: ...


class Painter(Protocol):
    def paint(self, prompt: str) -> bytes: ...


class Speaker(Protocol):
    def say(self, prompt: str) -> str: ...

    def shout(self, prompt: str) -> str:
        return self.say(prompt).upper()


Voice = Speaker


class Job(Protocol):
    def run(self): ...


class Patient(Protocol):
    patience: int

    def ask_patiently(self, prompt: str) -> str: ...


class Base(Generic[T]):
    def parse(self, text: str) -> T:
        raise NotImplementedError

    def extract(self, text: str) -> T:
        for attempt in range(3):
            try:
                return self.parse(text)
            except Exception as error:  # expect: OAK401
                print(attempt, error)
        raise RuntimeError("no answer")
