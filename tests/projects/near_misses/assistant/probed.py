import os


def configure():
    # fine: a script that imports this asks for it, and builds no client
    os.environ["AZURE_OPENAI_KEY"] = "local"
