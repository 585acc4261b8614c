import asyncio

import openai
from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random


@retry(
    stop=stop_after_attempt(3),
    wait=wait_random(0, 1),
    retry=retry_if_exception_type(openai.error.APIError) | retry_if_exception_type(openai.error.RateLimitError),
)
async def embed(text):
    result = await openai.Embedding.acreate(model="text-embedding-ada-002", input=text)
    return result["data"][0]["embedding"]


async def main():
    results = await asyncio.gather(embed("a"), embed("fails-once-429 b"), embed("fails-400 c"), return_exceptions=True)
    for r in results:
        print(r if isinstance(r, list) else type(r).__name__ in ("InvalidRequestError", "BadRequestError"))

asyncio.run(main())
