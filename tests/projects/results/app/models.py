import openai

from app.model import Listed, Model


class OpenAIModel(Model):
    def __init__(self, instructions: str) -> None:
        super().__init__(instructions)
        self.client = openai.OpenAI()

    def generate(self, text: str) -> str:
        return self.client.responses.create(model="gpt-5", input=text).output_text


class OtherModel(Listed):
    def __init__(self) -> None:
        super().__init__(len)
        self.client = openai.OpenAI()
