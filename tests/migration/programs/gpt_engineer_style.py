from __future__ import annotations

import logging

import openai

logger = logging.getLogger(__name__)


class AI:
    def __init__(self, model="gpt-4", temperature=0.1):
        self.temperature = temperature
        try:
            openai.Model.retrieve(model)
            self.model = model
        except openai.InvalidRequestError:
            print(f"Model {model} not available for provided API key. Reverting to gpt-3.5-turbo.")
            self.model = "gpt-3.5-turbo"

    def start(self, system, user):
        messages = [
            {"role": "system", "content": system},
            {"role": "user", "content": user},
        ]
        return self.next(messages)

    def fsystem(self, msg):
        return {"role": "system", "content": msg}

    def next(self, messages: list[dict[str, str]], prompt=None):
        if prompt:
            messages += [{"role": "user", "content": prompt}]
        response = openai.ChatCompletion.create(
            messages=messages,
            stream=True,
            model=self.model,
            temperature=self.temperature,
        )
        chat = []
        for chunk in response:
            delta = chunk["choices"][0]["delta"]  # type: ignore
            msg = delta.get("content", "")
            print(msg, end="")
            chat.append(msg)
        print()
        messages += [{"role": "assistant", "content": "".join(chat)}]
        return messages


ai = AI("fails-404")
history = ai.start("You write code.", "Write hello world")
history = ai.next(history, "Now in Rust")
print(len(history))
