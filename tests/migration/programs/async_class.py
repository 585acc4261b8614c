import asyncio
import os
from typing import AsyncIterator, List

import openai


class AsyncBot:
    def __init__(self, model: str, limit: int = 2) -> None:
        openai.api_key = os.environ["OPENAI_API_KEY"]
        self.model = model
        self.limit = limit

    async def ask(self, text: str) -> str:
        async with self.semaphore:
            response = await openai.ChatCompletion.acreate(
                model=self.model, messages=[{"role": "user", "content": text}], request_timeout=10
            )
        return response.choices[0].message.content

    async def stream(self, text: str) -> AsyncIterator[str]:
        response = await openai.ChatCompletion.acreate(
            model=self.model, messages=[{"role": "user", "content": text}], stream=True
        )
        async for chunk in response:
            delta = chunk["choices"][0]["delta"]
            if delta.get("content"):
                yield delta["content"]

    async def ask_all(self, texts: List[str]) -> List[str]:
        self.semaphore = asyncio.Semaphore(self.limit)
        return [await self.ask(text) for text in texts]


async def main() -> None:
    bot = AsyncBot("gpt-3.5-turbo")
    print(await bot.ask_all(["a", "b"]))
    print([part async for part in bot.stream("c d")])


asyncio.run(main())
