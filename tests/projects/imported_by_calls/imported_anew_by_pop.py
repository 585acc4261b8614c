"""The module is forgotten before it, and imported again."""

import importlib
import os
import sys

state = importlib.import_module("app.state")
sys.modules.pop("app.state", None)
# fine: its client is built again
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
state = importlib.import_module("app.state")
print(state.client.models.list())
