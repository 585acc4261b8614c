import os

from bot.client import client

os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
print(client.models.list())
