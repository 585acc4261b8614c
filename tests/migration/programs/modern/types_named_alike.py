from __future__ import annotations

from openai import OpenAI
from openai.types import Completion, Moderation
from openai.types.chat import ChatCompletion, ChatCompletionMessageParam


def ask(client: OpenAI, messages: list[ChatCompletionMessageParam]) -> ChatCompletion:
    """Was openai.ChatCompletion.create(...) once."""
    return client.chat.completions.create(model="gpt-4o", messages=messages)


def text_of(completion: Completion) -> str:
    return completion.choices[0].text


client = OpenAI()
print(ask(client, [{"role": "user", "content": "typed"}]).choices[0].message.content)
print(text_of(client.completions.create(model="gpt-3.5-turbo-instruct", prompt="p")).strip())
moderation: Moderation = client.moderations.create(input="fine").results[0]
print(moderation.flagged)
