"""The modules with the client and with the settings are imported by functions, when these run."""

import importlib
import os

from dotenv import load_dotenv


def run():
    from assistant.llm import client

    print(client.models.list())


def run_loaded():
    import assistant.settings  # noqa: F401
    from assistant.llm import client

    print(client.models.list())


def load():
    from dotenv import load_dotenv

    load_dotenv()


def load_settings():
    import assistant.settings  # noqa: F401


# fine: before the module is imported for the first time
def in_time():
    load_dotenv()
    run()


# fine: likewise, by a function
def in_time_by_a_function():
    load()
    run()


# fine: likewise, by another module
def in_time_by_settings():
    load_settings()
    run()


# fine: likewise, in the same function
def in_time_inside():
    run_loaded()
    load_dotenv()
    run()


def too_late():
    run()
    load_dotenv()  # expect: OAK301
    run()


def too_late_by_a_function():
    run()
    load()  # expect: OAK301
    run()


def too_late_by_settings():
    run()
    load_settings()  # expect: OAK301
    run()


# fine: the client is not used behind it
def not_used():
    run()
    load_dotenv()
    os.system("tool")


# fine: the module runs again
def run_again():
    import assistant.llm

    print(assistant.llm.client.models.list())
    load_dotenv()
    importlib.reload(assistant.llm)
    print(assistant.llm.client.models.list())
