"""Likewise, as soon as it is imported."""

import json

import openai

with open("keys.json") as file:
    openai.api_key = json.load(file)["key"]  # expect: OAK302
