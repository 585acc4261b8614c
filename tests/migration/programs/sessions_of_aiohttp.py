"""A session of aiohttp for all requests, as the documentation had it."""

import asyncio
import os

import openai
from aiohttp import ClientSession

openai.api_key = os.environ["OPENAI_API_KEY"]


async def ask(text):
    answer = await openai.ChatCompletion.acreate(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    return answer["choices"][0]["message"]["content"]


async def main():
    openai.aiosession.set(ClientSession())
    for text in ("one", "two"):
        print(await ask(text))
    # At the end of your program, close the session
    await openai.aiosession.get().close()


asyncio.run(main())
