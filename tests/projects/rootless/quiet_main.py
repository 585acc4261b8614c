from llm import QuietLLM
from llm.local import LocalLLM
from openai import OpenAI


class Quiet(QuietLLM):
    def __init__(self):
        self.client = OpenAI()

    def _complete(self, prompt):
        try:
            return self.client.responses.create(model="gpt-4o", input=prompt)
        except Exception as error:
            print(error)
            return None


class Local(LocalLLM):
    def _complete(self, prompt):
        return prompt.upper()


print(Quiet().complete("How are you?"), Local().complete("How are you?"))
