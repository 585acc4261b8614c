"""Asks in threads, each with the key of the team that asks."""

import asyncio
import os
from functools import partial

import openai

openai.api_base = os.environ["API_BASE"]
KEYS = {"team": os.environ["TEAM_KEY"], "alice": "key-for-alice"}


async def ask(team, text):
    messages = [{"role": "user", "content": text}]
    answer = await asyncio.to_thread(
        openai.ChatCompletion.create, model="gpt-3.5-turbo", messages=messages, api_key=KEYS[team]
    )
    return answer["choices"][0]["message"]["content"]


def embed(team):
    return partial(openai.Embedding.create, model="text-embedding-ada-002", api_key=KEYS[team])


print(asyncio.run(ask("team", "Who are you?")))
print(asyncio.run(ask("alice", "And who am I?")))
print(len(embed("team")(input="words")["data"][0]["embedding"]))
