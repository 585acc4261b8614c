from openai import OpenAI

from exports import export


# fine: this one looks for another name
def client(endpoint, key):
    export(endpoint, key)
    return OpenAI()
