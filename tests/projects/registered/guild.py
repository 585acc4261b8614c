import asyncio
import os

from discord.ext import commands
from dotenv import load_dotenv

from cogs.lore import Lore


async def main():
    load_dotenv()  # expect: OAK301
    async with commands.Bot(command_prefix="!") as bot:
        await bot.add_cog(Lore())
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
