from config import Config
from openai import OpenAI


class Classifier:
    def __init__(self, config=Config):
        self.client = OpenAI(api_key=config.other_key)

    def label(self, text):
        return self.client.responses.create(model="gpt-4o", input=text).output_text
