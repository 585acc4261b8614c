import asyncio

import openai


def sync_embed(text):
    return openai.Embedding.create(input=text, model="text-embedding-ada-002")["data"][0]["embedding"]


async def async_embed(texts):
    response = await openai.Embedding.acreate(input=texts, model="text-embedding-ada-002")
    return [d["embedding"] for d in response["data"]]


async def main():
    image = await openai.Image.acreate(prompt="async art", n=1)
    print(image["data"][0]["url"])
    flagged = (await openai.Moderation.acreate(input="kill"))["results"][0]["flagged"]
    print(flagged)
    print(await async_embed(["x", "yy"]))
    print((await openai.Model.alist()).data[0].id)


print(sync_embed("aei"))
asyncio.run(main())
