import os

import openai

import llm

openai.api_key = os.environ["TEAM_KEY"]
openai.organization = "org-of-the-team"

for model in ("gpt-4", "gpt-3.5-turbo"):
    print(llm.ask("Who are you?", model))
