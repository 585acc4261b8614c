"""Answers of a kind of its own, which are dicts as those of the SDK were."""

import os

import openai
from openai.openai_object import OpenAIObject

openai.api_base = os.environ["API_BASE"]


class Cached(OpenAIObject):
    def first(self):
        return self["choices"][0]["message"]["content"]


cached = Cached()
cached["choices"] = [{"message": {"content": "kept"}}]
print(cached.first())
print(openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "Hi"}])["choices"][0]["message"]["content"])
