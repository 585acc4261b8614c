from openai import OpenAI, OpenAIError


class Bot:
    def __init__(self, client=None):
        self.client = client or OpenAI()
        self.messages = []

    def ask(self, text):
        self.messages.append({"role": "user", "content": text})
        response = self.client.chat.completions.create(model="gpt-4o", messages=self.messages)
        message = response.choices[0].message
        self.messages.append({"role": message.role, "content": message.content})
        return self.messages[-1]["content"]


try:
    bot = Bot()
    print(bot.ask("one"))
    print(bot.ask("two"))
except OpenAIError as e:
    print("failed", e)
