"""The client of the module is not used."""

import os
from importlib import import_module

state = import_module("app.state")
# fine: for others
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
print(state.__name__)
