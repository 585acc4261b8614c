from openai import AuthenticationError, OpenAI

from app.agents import Agent, Single


class Writer(Agent):
    def __init__(self):
        self.client = OpenAI()

    def think(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt).output_text  # expect: OAK401


# It ends the program itself.
class Careful(Agent):
    def __init__(self):
        self.client = OpenAI()

    def think(self, prompt):
        try:
            return self.client.responses.create(model="gpt-4o", input=prompt).output_text
        except AuthenticationError as error:
            raise SystemExit("Check the key.") from error


# The next prompt is another request.
class Critic(Single):
    def __init__(self):
        self.client = OpenAI()

    def look(self, prompt):
        return self.client.responses.create(model="gpt-4o", input=prompt).output_text
