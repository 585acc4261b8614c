from discord.ext import commands
from openai import AsyncOpenAI


class Lore(commands.Cog):
    llm = AsyncOpenAI(timeout=30)

    @commands.command()
    async def lore(self, context, *, question):
        answer = await self.llm.responses.create(model="gpt-5-mini", input=question)
        await context.reply(answer.output_text)
