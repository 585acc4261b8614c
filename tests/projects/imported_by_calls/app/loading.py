"""A client that is built when the environment has been loaded."""

from dotenv import load_dotenv
from openai import OpenAI

load_dotenv()
client = OpenAI()
