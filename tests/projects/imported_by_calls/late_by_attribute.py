"""Likewise, with the client taken from the module."""

import os
from importlib import import_module

client = import_module("app.state").client
os.environ["OPENAI_ORG_ID"] = "org"  # expect: OAK301
print(client.models.list())
