"""What the module does is seen, though it is large."""

from dotenv import load_dotenv
from openai import OpenAI
from settings import settings

client = OpenAI()
load_dotenv()  # expect: OAK301
client.models.retrieve(settings.model)
