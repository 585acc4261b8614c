"""A handler that is registered elsewhere."""

from openai import AsyncOpenAI

client = AsyncOpenAI()


async def answer(update, context):
    response = await client.responses.create(model="gpt-4o-mini", input=update.message.text)
    await update.message.reply_text(response.output_text)
