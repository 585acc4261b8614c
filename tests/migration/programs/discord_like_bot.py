import asyncio
import os
from collections import defaultdict, deque

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]


class Bot:
    """A stand-in for discord.Client."""

    def __init__(self):
        self.memory = defaultdict(lambda: deque(maxlen=4))

    async def on_message(self, author, content):
        if content.startswith("!draw "):
            response = await openai.Image.acreate(prompt=content[6:], n=1, size="512x512")
            return response["data"][0]["url"]
        history = self.memory[author]
        history.append({"role": "user", "content": content})
        try:
            response = await openai.ChatCompletion.acreate(
                model="gpt-3.5-turbo", messages=[{"role": "system", "content": "You are a bot."}, *history]
            )
        except openai.error.RateLimitError:
            return "I'm busy."
        except Exception as e:
            return f"Something broke: {type(e).__module__.split('.')[0]}"
        reply = response["choices"][0]["message"]
        history.append(reply)
        return reply["content"]


async def main():
    bot = Bot()
    for author, content in [("ann", "hi"), ("ann", "!draw a cat"), ("bob", "fails-429"), ("cy", "fails-400"), ("ann", "bye")]:
        print(author, "<-", await bot.on_message(author, content))

asyncio.run(main())
