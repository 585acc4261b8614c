import os

from openai import OpenAI

import settings


def prepare(key):
    os.environ[settings.KEY_VARIABLE] = key  # expect: OAK306
    return OpenAI()


# fine: it is read again
def prepare_for_the_gateway(url):
    os.environ[settings.URL_VARIABLE] = url
    return OpenAI(base_url=os.environ[settings.URL_VARIABLE])
