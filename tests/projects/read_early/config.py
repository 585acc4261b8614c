"""Reads the keys when it is imported."""

import os

TEAM_KEY = os.getenv("TEAM_KEY")
OWN_KEY = os.getenv("OPENAI_API_KEY")


class Config:
    other_key = os.environ.get("OTHER_KEY")
