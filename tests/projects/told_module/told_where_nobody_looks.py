import json

import openai


def configure():
    with open("keys.json") as file:
        # fine: nobody imports it
        openai.api_key = json.load(file)["key"]
