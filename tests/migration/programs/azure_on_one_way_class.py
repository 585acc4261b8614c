"""Objects that ask Azure, or not."""

import os

import openai


class Bot:
    def __init__(self, azure):
        openai.api_key = os.environ["OPENAI_API_KEY"]
        if azure:
            openai.api_type = "azure"
            openai.api_key = os.environ["AZURE_KEY"]
            openai.api_base = os.environ["AZURE_BASE"]
            openai.api_version = "2023-05-15"
            self.name = {"engine": "chat"}
        else:
            self.name = {"model": "gpt-4"}

    def ask(self, text):
        answer = openai.ChatCompletion.create(messages=[{"role": "user", "content": text}], **self.name)
        return answer["choices"][0]["message"]["content"]


print(Bot(azure=False).ask("one"))
print(Bot(azure=True).ask("two"))
