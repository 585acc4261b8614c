import asyncio
import os

from discord.ext import commands
from dotenv import load_dotenv

from cogs.idle import Idle


# fine: nobody uses the client
async def main():
    load_dotenv()
    async with commands.Bot(command_prefix="!") as bot:
        await bot.add_cog(Idle())
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main())
