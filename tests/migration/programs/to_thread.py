import asyncio
import openai


async def handler(text):
    response = await asyncio.to_thread(
        openai.ChatCompletion.create,
        model="gpt-3.5-turbo",
        messages=[{"role": "user", "content": text}],
    )
    return response["choices"][0]["message"]["content"]


async def main():
    print(await handler("in a thread"))
    loop = asyncio.get_running_loop()
    r = await loop.run_in_executor(None, lambda: openai.Completion.create(model="text-davinci-003", prompt="executor"))
    print(r["choices"][0]["text"].strip())


asyncio.run(main())
