"""A team is named in the environment, if anybody names one."""

import os

import openai

ORGANIZATION = os.environ.get("TEAM_NAMED", "")

openai.api_base = os.environ["API_BASE"]
openai.organization = ORGANIZATION
openai.proxy = os.environ.get("PROXY_NAMED", "")


def ask(text):
    answer = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    return answer.choices[0].message.content


print(ask("Which team?"))
