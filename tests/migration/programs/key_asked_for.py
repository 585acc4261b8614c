import os

import openai


class Bot:
    def __init__(self):
        if openai.api_key is None:
            print("No key yet: reading BOT_KEY")
            openai.api_key = os.getenv("BOT_KEY")

    def ask(self, text):
        return openai.Completion.create(model="davinci-002", prompt=text).choices[0].text


print(Bot().ask("Hi"))
