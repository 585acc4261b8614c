"""Set behind the call that imports the module."""

import importlib
import os

state = importlib.import_module("app.state")
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
print(state.client.models.list())
