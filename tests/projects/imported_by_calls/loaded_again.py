"""The module is run again behind it."""

import importlib
import os

state = importlib.import_module("app.state")
# fine: its client is built again
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
importlib.reload(state)
print(state.client.models.list())
