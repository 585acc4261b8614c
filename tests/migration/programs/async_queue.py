import asyncio

import openai


async def worker(name, queue, results):
    while True:
        index, prompt = await queue.get()
        try:
            response = await openai.ChatCompletion.acreate(
                model="gpt-3.5-turbo", messages=[{"role": "user", "content": prompt}], timeout=20)
            results[index] = response["choices"][0]["message"]["content"]
        except openai.error.OpenAIError:
            results[index] = None
        finally:
            queue.task_done()


async def main(prompts):
    queue, results = asyncio.Queue(), {}
    for item in enumerate(prompts):
        queue.put_nowait(item)
    tasks = [asyncio.create_task(worker(f"w{i}", queue, results)) for i in range(3)]
    await queue.join()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return [results[i] for i in range(len(prompts))]


print(asyncio.run(main(["a", "b", "fails-429", "c"])))
