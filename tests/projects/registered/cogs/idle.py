from discord.ext import commands
from openai import AsyncOpenAI


class Idle(commands.Cog):
    llm = AsyncOpenAI(timeout=30)

    @property
    def is_ready(self):
        return self.llm is not None
