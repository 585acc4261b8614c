from app.config import MODEL
from openai import OpenAI


class Bot:
    def __init__(self):
        self.client = OpenAI()

    def answer(self, question):
        return self.client.responses.create(model=MODEL, input=question).output_text
