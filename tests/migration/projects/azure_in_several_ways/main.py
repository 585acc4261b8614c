import asyncio

import openai

from bot import answer, embed

print(openai.api_type, openai.api_version)
print(asyncio.run(answer("Hello")))
print(embed(["a", "b"]))
try:
    asyncio.run(answer("fails-429"))
except openai.error.RateLimitError as error:
    print("later", error.http_status)
