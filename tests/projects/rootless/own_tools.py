from openai import OpenAI


class Tool:
    def run(self, prompt):
        return self._run(prompt)


class Asking(Tool):
    def __init__(self):
        self.client = OpenAI()

    def _run(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt)


print(Asking().run("How are you?"))
