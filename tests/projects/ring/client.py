"""Imports a module that imports it back, before its client is built."""

import settings
from openai import OpenAI

client = OpenAI()


def ask(prompt):
    return client.responses.create(model=settings.MODEL, input=prompt)
