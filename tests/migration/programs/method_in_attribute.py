import openai


class Model:
    def __init__(self):
        self.original_chat = openai.ChatCompletion.create

    def get_original_chat(self):
        return self.original_chat

    def ask(self, text):
        return self.original_chat(engine="gpt-4", messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]


print(Model().get_original_chat()(model="gpt-4", messages=[{"role": "user", "content": "Hi"}])["choices"][0]["message"]["content"])
print(Model().ask("a"))
