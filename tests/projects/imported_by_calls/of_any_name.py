"""It is not known which module is imported."""

import os
import sys
from importlib import import_module

state = import_module(sys.argv[1])
# fine: it may be any
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
print(state.client.models.list())
