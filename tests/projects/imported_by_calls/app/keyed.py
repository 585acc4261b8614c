"""A client with a key of its own."""

from openai import OpenAI

client = OpenAI(api_key="test")
