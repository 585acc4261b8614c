import os, time
import openai


def new_token():
    return os.environ["AZURE_KEY"]


openai.api_type = "azure_ad"
openai.api_base = os.environ["AZURE_BASE"]
openai.api_version = "2023-05-15"
openai.api_key = new_token()
expires = time.time() + 1


async def refresh():
    global expires
    if expires < time.time() + 60:
        openai.api_key = new_token()
        expires = time.time() + 3600


async def ask(text):
    await refresh()
    return (await openai.ChatCompletion.acreate(engine="gpt-35", messages=[{"role": "user", "content": text}]))["choices"][0]["message"]["content"]

import asyncio
print(asyncio.run(ask("hi")))
openai.api_key = new_token()
print(openai.ChatCompletion.create(engine="gpt-35", messages=[{"role": "user", "content": "a"}])["choices"][0]["message"]["content"])
