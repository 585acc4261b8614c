"""Functions that nobody is known to run."""

from functools import lru_cache

from openai import OpenAI

client = OpenAI()


@lru_cache
def ask(text: str):
    return client.responses.create(model="gpt-4o-mini", input=text).output_text
