from openai import OpenAI

from .base import Model


class Chat(Model):
    def connect(self):
        return OpenAI()

    def ask(self, prompt):
        # fine: the base class has made it for rate limits
        return self.patient(self.client.responses.create, model="gpt-4.1-mini", input=prompt)

    def ask_once(self, prompt):
        # fine: without a predicate there is one attempt
        return self.hasty(self.client.responses.create, model="gpt-4.1-mini", input=prompt)

    def insist(self, prompt):
        return self.stubborn(self.client.responses.create, model="gpt-4.1-mini", input=prompt)  # expect: OAK402
