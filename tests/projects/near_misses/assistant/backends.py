import os

from openai import AzureOpenAI, OpenAI


class Backend:
    def __init__(self):
        self.client = AzureOpenAI(max_retries=3)
        self.moderator = OpenAI(api_key=os.environ["OPENAI_KEY"])

    def reply(self, text):
        self.moderator.moderations.create(input=text)
        return self.client.responses.create(model="assistant", input=text).output_text
