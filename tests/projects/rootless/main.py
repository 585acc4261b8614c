from llm import BaseLLM
from llm.careful import CarefulLLM
from llm.retried import RetriedLLM
from openai import OpenAI


class Chat(BaseLLM):
    def __init__(self):
        self.client = OpenAI()

    def _complete(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt)


class Retried(RetriedLLM):
    def __init__(self):
        self.client = OpenAI()

    def _complete(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt)


class Careful(CarefulLLM):
    def __init__(self):
        self.client = OpenAI()

    def _complete(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt)


print(Chat().complete("How are you?"), Retried().complete("How are you?"), Careful().complete("How are you?"))
