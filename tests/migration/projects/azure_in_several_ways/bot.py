"""Asks at the same time, and with the key of the team where somebody asks for that."""

import os

import openai

import config


async def answer(text):
    reply = await openai.ChatCompletion.acreate(
        deployment_id=config.CHAT,
        messages=[{"role": "user", "content": text}],
        temperature=0,
    )
    return reply["choices"][0]["message"]["content"]


def embed(texts):
    reply = openai.Embedding.create(engine=config.EMBEDDING, input=texts, api_key=os.environ["TEAM_KEY"])
    return [len(row["embedding"]) for row in reply["data"]]
