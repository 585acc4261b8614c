"""Where keys come from."""

import os
from pathlib import Path

FIRST_KEY = os.getenv("OPENAI_API_KEY", "")
SECOND_KEY = os.getenv("OPENAI_API_KEY", "")
if not SECOND_KEY:
    raise SystemExit("Please set OPENAI_API_KEY.")

class Team:
    key = "harbour-Spring-9241x"
    name = "OPENAI_API_KEY"
    address = "http://localhost:8000/v1"


PASTED = "<paste your key here>"
FILE_KEY = Path("key.txt").read_text()
CLEAN_KEY = Path("key.txt").read_text().strip()


def read_key(path):
    with open(path) as file:
        return file.read()


def read_clean_key(path):
    return read_key(path).strip()
