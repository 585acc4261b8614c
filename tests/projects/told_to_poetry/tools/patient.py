import time

from bot import client as bot_client
from bot.client import ask, ask_or_none


def patient(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception:  # expect: OAK401
            time.sleep(1)


def by_module(prompt):
    while True:
        try:
            return bot_client.ask(prompt)
        except Exception:  # expect: OAK401
            time.sleep(1)


def of_no_effect(prompt):
    # fine: the error never gets here
    while True:
        try:
            return ask_or_none(prompt)
        except Exception:
            time.sleep(1)
