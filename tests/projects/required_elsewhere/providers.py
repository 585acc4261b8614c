"""Clients for a program that asks for some of their keys before it builds them."""

import os

from openai import OpenAI


class Moonshot:
    def __init__(self):
        # fine: the program that builds it asks for the variable
        self.client = OpenAI(base_url="https://api.moonshot.ai/v1", api_key=os.getenv("MOONSHOT_API_KEY"))


class Nebius:
    def __init__(self):
        self.client = OpenAI(base_url="https://api.studio.nebius.com/v1", api_key=os.getenv("NEBIUS_API_KEY"))  # expect: OAK105
