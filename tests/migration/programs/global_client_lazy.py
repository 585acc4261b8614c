import os

import openai

_ready = False


def _init():
    global _ready
    if not _ready:
        openai.api_key = os.environ["TEAM_KEY"]
        openai.organization = os.getenv("TEAM_ORG", "org-default")
        _ready = True


def ask(prompt):
    _init()
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": prompt}]).choices[0].message.content


print(ask("lazy"), ask("again"))
