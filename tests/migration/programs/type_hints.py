import typing as t

import openai
import openai.error
from openai.openai_object import OpenAIObject

Message = t.Dict[str, str]


def call(messages: t.List[Message], temperature: float = 0.0) -> t.Optional[OpenAIObject]:
    try:
        resp: OpenAIObject = openai.ChatCompletion.create(
            model="gpt-3.5-turbo", messages=messages, temperature=temperature
        )
    except openai.error.OpenAIError:
        return None
    return resp


def text_of(resp: t.Union[OpenAIObject, None]) -> str:
    return resp.choices[0].message.content if resp is not None else ""


answer: str = text_of(call([{"role": "user", "content": "hints"}], 0.5))
print(answer)
print(repr(text_of(None)))
