"""Functions that are found by their names, and errors that end there."""

import os
import sys

import openai
from openai.error import InvalidRequestError, OpenAIError


def complete(text):
    return openai.Completion.create(model="gpt-3.5-turbo-instruct", prompt=text)["choices"][0]["text"]


def chat(text):
    answer = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    return answer["choices"][0]["message"]["content"]


if __name__ == "__main__":
    openai.api_key = os.environ.get("OPENAI_API_KEY")
    for line in sys.stdin:
        name, _, text = line.strip().partition(" ")
        try:
            print(globals()[name](text).strip())
        except InvalidRequestError as error:
            print("invalid:", error.user_message)
        except (OpenAIError, KeyError) as error:
            print("failed:", isinstance(error, OpenAIError))
