"""AuthenticationError has another name, which another module gives it."""

from exc import Busy, Failed, Refused
from openai import OpenAI

client = OpenAI()


def in_the_wrong_order():
    try:
        return client.models.list()
    except Failed as error:
        print("failed", error)
    except Refused as error:  # expect: OAK404
        print("refused", error)


def lost():
    try:
        return [model.id for model in client.models.list()]
    except Refused:  # expect: OAK405
        return []


def at_construction():
    try:
        return OpenAI()
    except Refused:  # expect: OAK403
        raise SystemExit("The key is wrong.")


# fine: the narrower one comes first
def in_the_right_order():
    try:
        return client.models.list()
    except Refused as error:
        print("refused", error)
    except Failed as error:
        print("failed", error)


# fine: another error
def busy():
    try:
        return [model.id for model in client.models.list()]
    except Busy:
        return []


print(in_the_wrong_order(), lost(), at_construction(), in_the_right_order(), busy())
