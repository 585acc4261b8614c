from openai import OpenAI


def ask():
    return OpenAI().models.list()
