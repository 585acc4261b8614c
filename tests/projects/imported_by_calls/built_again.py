"""Another client is built behind it."""

import os
from importlib import import_module

from openai import OpenAI

client = import_module("app.state").client
# fine: for the second one
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
client = OpenAI()
print(client.models.list())
