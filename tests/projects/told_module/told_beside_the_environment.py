import json

import openai


def configure():
    with open("keys.json") as file:
        # fine: the program that it is part of loads the environment
        openai.api_key = json.load(file)["key"]
