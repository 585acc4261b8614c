"""The client of another service."""

from anthropic import Anthropic

client = Anthropic()


def ask(prompt):
    return client.messages.create(model="m", max_tokens=9, messages=[{"role": "user", "content": prompt}])
