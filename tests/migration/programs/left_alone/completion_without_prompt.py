"""Lets the model begin by itself."""

import os

import openai

openai.api_base = os.environ["API_BASE"]

print(openai.Completion.create(model="text-davinci-003", max_tokens=5)["choices"][0]["text"])
