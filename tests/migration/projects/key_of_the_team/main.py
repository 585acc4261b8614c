import asyncio, os
import openai
import worker
openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]
print(asyncio.run(worker.answer("one")))
