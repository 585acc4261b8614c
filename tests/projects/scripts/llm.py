import time

from openai import OpenAI
from retry_helper import patient

client = OpenAI()


@patient  # expect: OAK402
def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt)
