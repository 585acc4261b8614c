import asyncio
import openai


async def ask(m):
    if not hasattr(openai.ChatCompletion, "acreate"):
        raise RuntimeError("no async")
    return (await openai.ChatCompletion.acreate(model="gpt-4", messages=m)).choices[0].message.content


print(asyncio.run(ask([{"role": "user", "content": "hi"}])))
