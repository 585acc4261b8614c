"""The module is forgotten behind it, and imported again."""

import importlib
import os
import sys

state = importlib.import_module("app.state")
# fine: its client is built again
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
del sys.modules["app.state"]
state = importlib.import_module("app.state")
print(state.client.models.list())
