"""A client that is built when it is first needed."""

from openai import OpenAI

_client = None


def get_client():
    global _client
    if _client is None:
        _client = OpenAI()
    return _client


def ask(prompt):
    return get_client().responses.create(model="gpt-4o", input=prompt)
