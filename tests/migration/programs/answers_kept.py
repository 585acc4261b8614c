"""Answers that are kept in lists, dictionaries and fields before they are read, by keys and by attributes."""

import os
from dataclasses import dataclass
from typing import Any

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]


@dataclass
class Row:
    question: str
    answer: Any


def ask(text):
    return openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])


answers = []
for word in ("one", "two"):
    answers.append(ask(word))
print(answers[0].choices[0].message.content, answers[1]["choices"][0]["message"]["content"])
print([each.usage.total_tokens for each in answers])

kept = {}


def ask_once(text):
    if text not in kept:
        kept[text] = ask(text)
    return kept[text]


print(ask_once("three").choices[0].message.content)
print(ask_once("three")["choices"][0].finish_reason, len(kept))
for text, answer in kept.items():
    print(text, answer.model, answer.get("id"))

rows = [Row("four", ask("four")), Row(question="five", answer=ask("five"))]
print([row.answer.choices[0].message.content for row in rows])

state = {"answer": ask("six"), "text": "no answer"}
print(state["answer"].choices[0].message.role, state["text"])

choices = []
completion = openai.Completion.create(model="gpt-3.5-turbo-instruct", prompt=["seven", "eight"], n=2)
for choice in completion.choices:
    choice["total_tokens"] = completion.usage.total_tokens
choices.extend(completion.choices)
print([choice.text for choice in choices], choices[0].total_tokens, choices[1]["total_tokens"])
print(hasattr(choices[0], "logprobs"), getattr(choices[0], "finish_reason", "-"), getattr(choices[0], "nothing", "-"))
