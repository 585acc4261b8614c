from abc import ABC, abstractmethod

from tenacity import retry, stop_after_attempt


class RetriedLLM(ABC):
    @retry(stop=stop_after_attempt(3))  # expect: OAK402
    def complete(self, prompt):
        return self._complete(prompt)

    @abstractmethod
    def _complete(self, prompt): ...
