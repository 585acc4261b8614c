import openai

async def answer(text):
    reply = await openai.ChatCompletion.acreate(model="gpt-4", messages=[{"role": "user", "content": text}])
    return reply.choices[0].message.content
