import json

import openai


def configure():
    with open("keys.json") as file:
        # fine: a program that it is part of asks through the module
        openai.api_key = json.load(file)["key"]
