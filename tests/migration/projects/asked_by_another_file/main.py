import asyncio
from bot import answer

async def main():
    first = await answer("one")
    print(first["choices"][0]["message"]["content"])
    second = await answer("two", [first["choices"][0]["message"]])
    print(second["choices"][0]["message"]["content"], second["usage"]["prompt_tokens"])

asyncio.run(main())
