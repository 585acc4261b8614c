"""A small bot with seven of the mistakes that oaklint finds."""

import os
import time

import openai
from openai import OpenAI

client = OpenAI()
os.environ["OPENAI_API_KEY"] = os.environ["SUPPORT_BOT_KEY"]


def answer(question: str) -> str | None:
    messages = [{"role": "user", "content": question}]
    while True:
        try:
            reply = client.chat.completions.create(model="gpt-4o", messages=messages)
            return reply.choices[0].message.content
        except Exception as error:
            print("Something went wrong, trying again:", type(error).__name__)
            time.sleep(5)


def title(text: str) -> str:
    openai.api_key = "YOUR_API_KEY"
    try:
        reply = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    except openai.error.RateLimitError:
        return "Untitled"
    return reply["choices"][0]["message"]["content"]


try:
    fallback = OpenAI()
except openai.AuthenticationError:
    print("Please set OPENAI_API_KEY.")
