import openai


class OpenAI:
    """Our own wrapper."""

    def __init__(self, model):
        self.model = model

    def run(self, prompt):
        return openai.Completion.create(model=self.model, prompt=prompt)["choices"][0]["text"].strip()


client = OpenAI("text-davinci-003")
aclient = None
print(client.run("named alike"))
