"""Clients that are built when this module is imported, and are in no name of it."""

from openai import OpenAI


class Shared:
    """Its objects have one client."""

    client = OpenAI()

    def ask(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt)


def ask_shared(prompt, client=OpenAI()):
    return client.responses.create(model="gpt-4o", input=prompt)
