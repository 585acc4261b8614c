"""Likewise, in a function, and with a function of the module."""

import os
from importlib import import_module


def main():
    state = import_module("app.state")
    os.environ["OPENAI_BASE_URL"] = "http://localhost:8000/v1"  # expect: OAK301
    print(state.ask("Hi"))


main()
