import os
import openai
openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]

async def answer(text, history=()):
    reply = await openai.ChatCompletion.acreate(model="gpt-4", messages=[*history, {"role": "user", "content": text}])
    return reply
