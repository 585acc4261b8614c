"""Fits the protocols without a word about them."""

import openai
from openai import AsyncOpenAI, OpenAI

from ..errors import Refused, TransientError
from ..llm import Base


class Chat:
    def __init__(self, model="gpt-4o"):
        self.model = model
        self.client = OpenAI()

    def complete(self, prompt: str) -> str:
        return self.client.responses.create(model=self.model, input=prompt).output_text


class AsyncChat:
    def __init__(self):
        self.client = AsyncOpenAI()

    async def acomplete(self, prompt: str) -> str:
        return (await self.client.responses.create(model="gpt-4o", input=prompt)).output_text


class Half:
    """Half of what an embedder is."""

    def embed(self, texts: list[str]) -> list[list[float]]:
        return [item.embedding for item in OpenAI().embeddings.create(model="text-embedding-3-small", input=texts).data]


class Interpreter:
    def translate(self, words: str) -> str:
        return OpenAI().responses.create(model="gpt-4o", input=f"Translate: {words}").output_text


class CarefulChat:
    def ask_carefully(self, prompt: str) -> str:
        try:
            return OpenAI().responses.create(model="gpt-4o", input=prompt).output_text
        except openai.AuthenticationError as error:
            raise Refused("wrong key") from error
        except openai.APIError as error:
            raise TransientError(str(error)) from error


class Speech:
    def say(self, prompt: str) -> str:
        return OpenAI().responses.create(model="gpt-4o", input=prompt).output_text

    def shout(self, prompt: str) -> str:
        return self.say(f"Shout: {prompt}")


class Report:
    def run(self):
        return OpenAI().responses.create(model="gpt-4o", input="What is new?").output_text


class Impatient:
    def ask_patiently(self, prompt: str) -> str:
        return OpenAI().responses.create(model="gpt-4o", input=prompt).output_text


class Number(Base[int]):
    def parse(self, text: str) -> int:
        return int(OpenAI().responses.create(model="gpt-4o", input=f"How many? {text}").output_text)
