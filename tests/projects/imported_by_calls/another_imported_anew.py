"""Another module is forgotten."""

import importlib
import os
import sys

state = importlib.import_module("app.state")
sys.modules.pop("app.words", None)
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
state = importlib.import_module("app.state")
print(state.client.models.list())
