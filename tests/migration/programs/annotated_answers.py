from typing import List, Optional, Union

import openai


def ask(text: str) -> openai.ChatCompletion:
    return openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])


def either(chat: bool) -> Optional[Union[openai.Completion, openai.ChatCompletion]]:
    if chat:
        return ask("a")
    return openai.Completion.create(model="m", prompt="b")


def files() -> List[openai.File]:
    return openai.File.list()["data"]


answer: openai.ChatCompletion = ask("hi")
print(answer.choices[0].message.content, len(files()))
print(either(False).choices[0].text)
