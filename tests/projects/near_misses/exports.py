import os


def export(endpoint, key):
    os.environ["AZURE_OPENAI_ENDPOINT"] = endpoint
    os.environ["AZURE_OPENAI_KEY"] = key  # expect: OAK306
