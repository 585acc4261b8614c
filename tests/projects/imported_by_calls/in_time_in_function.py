"""Set by the module itself before the function that imports."""

import os
from importlib import import_module

# fine: nothing has called the function yet
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]


def main():
    state = import_module("app.state")
    print(state.ask("Hi"))


main()
