"""A package without a line of its own loads nothing."""

from dotenv import load_dotenv
from openai import OpenAI

from .config import prompts

client = OpenAI()
load_dotenv()  # expect: OAK301
client.responses.create(model="gpt-4o", input=prompts.PROMPT)
