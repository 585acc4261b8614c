"""The client of the module has a key of its own."""

import os
from importlib import import_module

keyed = import_module("app.keyed")
# fine: it does not read the environment
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
print(keyed.client.models.list())
