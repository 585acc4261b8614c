import asyncio

from asking import ask_for_team, ask_for_team_later
from dotenv import load_dotenv

load_dotenv()  # expect: OAK301
print(ask_for_team("How are you?"))
print(asyncio.run(ask_for_team_later("How are you?")))
