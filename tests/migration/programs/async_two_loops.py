import asyncio, openai


async def ask(t):
    r = await openai.ChatCompletion.acreate(model="gpt-3.5-turbo", messages=[{"role": "user", "content": t}])
    return r["choices"][0]["message"]["content"]


print(asyncio.run(ask("a")))
print(asyncio.run(ask("b")))
