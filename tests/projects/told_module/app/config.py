"""Tells the key to the module, which nobody asks."""

import tomllib

import openai

MODEL = "gpt-4o"


def configure(path):
    with open(path, "rb") as file:
        openai.api_key = tomllib.load(file)["key"]  # expect: OAK302
