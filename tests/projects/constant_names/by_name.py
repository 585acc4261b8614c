import os

from openai import OpenAI

from settings import SHOWN_VARIABLE


def prepare(key):
    print("Setting", SHOWN_VARIABLE)
    os.environ[SHOWN_VARIABLE] = key  # expect: OAK306
    return OpenAI()
