import os

# fine: the client is built after this
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]

from bot.client import client

print(client.models.list())
