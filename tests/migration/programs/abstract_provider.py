import abc
import os

import openai


class Provider(abc.ABC):
    @abc.abstractmethod
    def generate(self, prompt: str) -> str:
        ...

    @staticmethod
    def clean(text: str) -> str:
        return " ".join(text.split())


class Echo(Provider):
    def generate(self, prompt):
        return prompt


class GPT3(Provider):
    engine = "text-davinci-003"

    def __init__(self, key):
        self._key = key

    def _request(self, prompt):
        openai.api_key = self._key
        return openai.Completion.create(engine=self.engine, prompt=prompt, max_tokens=16, temperature=0.7)

    def generate(self, prompt):
        return self.clean(self._request(prompt).choices[0].text)


class ChatGPT(GPT3):
    def _request(self, prompt):
        openai.api_key = self._key
        return openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": prompt}])

    def generate(self, prompt):
        return self.clean(self._request(prompt)["choices"][0]["message"]["content"])


for provider in (Echo(), GPT3("key-for-alice"), ChatGPT(os.environ["TEAM_KEY"])):
    print(type(provider).__name__, provider.generate("hello  world"))
