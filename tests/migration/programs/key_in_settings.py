"""There is no key but that of the team, which stands among the settings of each request."""

import os

import openai

openai.api_base = os.environ["API_BASE"]


def settings(text):
    return [{"role": "user", "content": text}]


def ask(text):
    arguments = {"model": "gpt-3.5-turbo", "messages": settings(text), "api_key": os.environ["TEAM_KEY"]}
    answer = openai.ChatCompletion.create(**arguments)
    return answer["choices"][0]["message"]["content"]


def complete(text):
    arguments = {"model": "text-davinci-003", "prompt": text, "api_key": os.environ["TEAM_KEY"], "max_tokens": 5}
    return openai.Completion.create(**arguments)["choices"][0]["text"]


print(ask("Who pays?"))
print(complete("Paid by"))
