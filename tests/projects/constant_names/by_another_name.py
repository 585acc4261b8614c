import os

from openai import OpenAI

from settings import LATER_VARIABLE as VARIABLE


# fine: under its other name it is not followed
def prepare(key):
    os.environ[VARIABLE] = key
    return OpenAI(api_key=os.environ[VARIABLE])
