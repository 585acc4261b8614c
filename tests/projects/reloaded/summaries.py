"""A client of the module, which is built where that is imported."""

from openai import OpenAI

client = OpenAI(max_retries=0)


def summarise(text):
    return client.responses.create(model="gpt-4o", input=text).output_text
