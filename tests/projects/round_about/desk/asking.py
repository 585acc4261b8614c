from openai import OpenAI

from .inner.patience import Patience

client = OpenAI()
patience = Patience(3)


def request(prompt):
    return client.responses.create(model="gpt-4o", input=prompt)


def ask(prompt):
    return patience.run(request, prompt)  # expect: OAK402
