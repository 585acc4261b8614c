"""The packages around this one are mere folders, and it is imported by the name that they give it."""

from openai import OpenAI

from company.clients.llm.retrying import patiently

client = OpenAI()


@patiently(attempts=3)  # expect: OAK402
def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt)


# fine: it asks nobody
@patiently(attempts=3)
def shout(prompt):
    return prompt.upper()
