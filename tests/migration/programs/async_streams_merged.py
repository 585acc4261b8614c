import asyncio
import openai


async def collect(prompt):
    parts = []
    stream = await openai.ChatCompletion.acreate(
        model="gpt-3.5-turbo", messages=[{"role": "user", "content": prompt}], stream=True)
    async for event in stream:
        delta = event["choices"][0]["delta"]
        parts.append(delta["content"] if "content" in delta else "")
        if event["choices"][0]["finish_reason"]:
            return prompt, "".join(parts)


async def main():
    tasks = [asyncio.ensure_future(collect(p)) for p in ("x", "y z")]
    done, _ = await asyncio.wait(tasks)
    for prompt, text in sorted(t.result() for t in done):
        print(prompt, ":", text)
    aiter_ = (await openai.Completion.acreate(model="text-davinci-003", prompt="first", stream=True)).__aiter__()
    chunk = await aiter_.__anext__()
    print(repr(chunk["choices"][0]["text"]))


asyncio.get_event_loop_policy().new_event_loop().run_until_complete(main())
