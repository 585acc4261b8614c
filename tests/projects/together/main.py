"""What the neighbours do decides whether the same request is sent again."""

import time

import openai
import state
from openai import OpenAI
from ui import again
from vendor import ask
from vendor import client as other

client = OpenAI()


# fine: another service is asked
def another_service(prompt):
    while True:
        try:
            return other.models.list() or ask(prompt)
        except Exception:
            time.sleep(1)


# fine: the flag of the other module is set
def until_stopped():
    while not state.stopped:
        try:
            return client.models.list()
        except openai.AuthenticationError:
            state.stop()
        except openai.RateLimitError:
            time.sleep(1)


# fine: somebody is asked before each round
def as_long_as_wanted():
    while True:
        try:
            return client.models.list()
        except Exception:
            if not again():
                raise


def without_a_stop():
    while not state.stopped:
        try:
            return client.models.list()
        except openai.APIError:  # expect: OAK401
            time.sleep(1)
