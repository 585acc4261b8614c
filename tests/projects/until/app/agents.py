import abc
import time


class Agent(abc.ABC):
    @abc.abstractmethod
    def think(self, prompt): ...

    def run(self, prompt):
        for attempt in range(5):
            try:
                return self.think(prompt)
            except Exception as error:
                print(attempt, error)
                time.sleep(2**attempt)
        return ""


class Single(abc.ABC):
    @abc.abstractmethod
    def look(self, prompt): ...

    def run(self, prompts):
        found = []
        for prompt in prompts:
            try:
                found.append(self.look(prompt))
            except Exception as error:
                print(error)
        return found
