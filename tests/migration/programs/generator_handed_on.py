import asyncio
import json
from contextlib import aclosing
import openai


def send(lines):
    for line in lines:
        print(line["object"])


def parts(text):
    for c in openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}], stream=True):
        yield c


async def lines(answer):
    async for c in answer:
        yield c


async def main():
    answer = await openai.ChatCompletion.acreate(model="gpt-4", messages=[{"role": "user", "content": "b"}], stream=True)
    async with aclosing(lines(answer)) as cs:
        async for c in cs:
            print(c["choices"][0]["delta"].get("content"))

asyncio.run(main())
kept = {"parts": parts("hi")}
for each in kept["parts"]:
    print(each["choices"][0]["delta"].get("content"))
