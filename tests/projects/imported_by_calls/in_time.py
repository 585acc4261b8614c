"""Set before the call that imports the module."""

import importlib
import os

# fine: the module runs behind it
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
state = importlib.import_module("app.state")
print(state.client.models.list())
