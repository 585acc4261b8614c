from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import openai

if TYPE_CHECKING:
    from openai.openai_object import OpenAIObject


def create(messages: list[dict[str, Any]]) -> OpenAIObject:
    return openai.ChatCompletion.create(model="gpt-4", messages=messages)


def contents(response: OpenAIObject) -> Iterator[str]:
    for choice in response.choices:
        yield choice.message.content


for content in contents(create([{"role": "user", "content": "typed"}])):
    print(content)
