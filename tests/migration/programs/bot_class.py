import os
from typing import Dict, List

import openai


class ChatBot:
    def __init__(self, system: str = "", model: str = "gpt-3.5-turbo"):
        openai.api_key = os.getenv("OPENAI_API_KEY")
        self.model = model
        self.messages: List[Dict[str, str]] = []
        self.total_tokens = 0
        if system:
            self.messages.append({"role": "system", "content": system})

    def __call__(self, message: str) -> str:
        self.messages.append({"role": "user", "content": message})
        result = self.execute()
        self.messages.append({"role": "assistant", "content": result})
        return result

    def execute(self) -> str:
        completion = openai.ChatCompletion.create(model=self.model, messages=self.messages, temperature=0)
        self.total_tokens += completion.usage.total_tokens
        return completion.choices[0].message.content


if __name__ == "__main__":
    bot = ChatBot("Be brief.")
    print(bot("Hi there"))
    print(bot("And now?"))
    print(bot.total_tokens)
