"""The same bot as it should be: oaklint has nothing to say about it."""

import time

import openai
from dotenv import load_dotenv
from openai import OpenAI

load_dotenv()
client = OpenAI()


def answer(question: str) -> str | None:
    for attempt in range(5):
        try:
            reply = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": question}])
            return reply.choices[0].message.content
        except openai.AuthenticationError:
            raise
        except openai.RateLimitError:
            time.sleep(2**attempt)
    return None
