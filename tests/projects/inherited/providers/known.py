from openai import OpenAI

from .knowing import Model


class Known(Model):
    def request(self, prompt):
        return OpenAI().responses.create(model="gpt-4o", input=prompt).output_text
