"""Clients with keys from the settings."""

from config import Backup, Primary
from openai import OpenAI

primary = OpenAI(api_key=Primary.API_KEY)  # expect: OAK305
# fine: it is text
backup = OpenAI(api_key=Backup.API_KEY)
print(Backup.QUEUES)
