"""Builds clients with what another module has read."""

from functools import lru_cache

from config import OWN_KEY, TEAM_KEY, Config
from openai import AsyncOpenAI, OpenAI


@lru_cache(maxsize=1)
def other_client():
    return OpenAI(api_key=Config.other_key)


def ask(question):
    return other_client().responses.create(model="gpt-4o", input=question).output_text


def ask_for_team(question):
    return OpenAI(api_key=TEAM_KEY).responses.create(model="gpt-4o", input=question).output_text


async def ask_for_team_later(question):
    return await AsyncOpenAI(api_key=TEAM_KEY).responses.create(model="gpt-4o", input=question)


def ask_with_own(question):
    return OpenAI(api_key=OWN_KEY).responses.create(model="gpt-4o", input=question).output_text


def count(question):
    return len(question)
