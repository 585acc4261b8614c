from openai import AzureOpenAI

from exports import export


def client(endpoint, key):
    export(endpoint, key)
    return AzureOpenAI(api_version="2024-10-21")
