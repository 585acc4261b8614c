import os


def configure():
    # fine: one of those who import this asks for it
    os.environ["OPENAI_TOKEN"] = "local"


def token():
    return os.environ["OPENAI_TOKEN"]
