import os
import openai

class Base:
    model = "gpt-3.5-turbo"

    def __init__(self, key=None):
        openai.api_key = key or os.environ["TEAM_KEY"]
        openai.api_base = os.environ["API_BASE"]
        self.history = []

    def _request(self, messages):
        return openai.ChatCompletion.create(model=self.model, messages=messages)
