"""Loads the environment before it reads it."""

import os

from dotenv import load_dotenv

load_dotenv()
TEAM_KEY = os.getenv("TEAM_KEY")
