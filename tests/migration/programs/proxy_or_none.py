import os
import openai


class Bot:
    def __init__(self, proxy=None):
        openai.api_key = os.environ["TEAM_KEY"]
        if proxy:
            openai.proxy = proxy

    def ask(self, text):
        return openai.Completion.create(model="text-davinci-003", prompt=text).choices[0].text


print(Bot().ask("ho"))
