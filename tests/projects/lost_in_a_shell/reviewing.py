from openai import OpenAI


class Reviewer:
    def __init__(self):
        self.client = OpenAI(timeout=120)

    def review(self, text):
        return self.client.responses.create(model="gpt-5", input=text).output_text
