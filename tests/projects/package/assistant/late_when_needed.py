"""The client of another module is built when it is first needed."""

import os

from assistant import needed


# fine: before that
def in_time():
    os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
    print(needed.get_client().models.list())
    print(needed.ask("How are you?"))


def too_late():
    print(needed.ask("How are you?"))
    os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
    print(needed.get_client().models.list())


# fine: forgotten in between
def forgotten():
    print(needed.get_client().models.list())
    os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
    needed._client = None
    print(needed.get_client().models.list())
