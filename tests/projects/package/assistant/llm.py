"""The client, built when this module is imported."""

from openai import AsyncOpenAI, OpenAI

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt)


def ask_fresh(prompt):
    return OpenAI().responses.create(model="gpt-4o", input=prompt)


async def ask_async(prompt):
    return await AsyncOpenAI().responses.create(model="gpt-4o", input=prompt)


def ask_safely(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt)
    except Exception:
        return None


class Assistant:
    def __init__(self, api_key=None):
        self._client = OpenAI(api_key=api_key)

    def ask(self, prompt):
        return self._client.responses.create(model="gpt-4o", input=prompt)
