import told_at_once
from openai import OpenAI


def ask(question):
    return OpenAI().responses.create(model="gpt-4o", input=question), told_at_once.__name__
