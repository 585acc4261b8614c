import openai


class Session:
    model = "gpt-4"

    def __init__(self):
        self.response = None
        self.history = []

    def ask(self, text):
        self.history.append({"role": "user", "content": text})
        self.response = openai.ChatCompletion.create(model=self.model, messages=self.history)
        self.history.append({"role": "assistant", "content": self.text})
        return self

    @property
    def text(self):
        return self.response["choices"][0]["message"]["content"]

    @property
    def tokens(self):
        return self.response.usage.total_tokens if self.response else 0


s = Session()
print(s.tokens)
print(s.ask("one").ask("two").text, s.tokens)
