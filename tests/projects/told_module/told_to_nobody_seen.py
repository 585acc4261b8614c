import json

import openai


def configure():
    with open("keys.json") as file:
        # fine: who imports it hands the key over
        openai.api_key = json.load(file)["key"]
    return openai.api_key
