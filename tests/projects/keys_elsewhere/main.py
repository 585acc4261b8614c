"""Clients with keys from another module."""

import os

from app import config
from app.config import CLEAN_KEY, FILE_KEY, FIRST_KEY, PASTED, SECOND_KEY, Team, read_clean_key, read_key
from openai import OpenAI

empty = OpenAI(api_key=FIRST_KEY)  # expect: OAK303
by_module = OpenAI(api_key=config.FIRST_KEY)  # expect: OAK303
unstripped = OpenAI(api_key=FILE_KEY)  # expect: OAK304
by_function = OpenAI(api_key=read_key("key.txt"))  # expect: OAK304
by_attribute = OpenAI(api_key=config.read_key("key.txt"))  # expect: OAK304

literal = OpenAI(api_key=Team.key)  # expect: OAK102
placeholder = OpenAI(api_key=PASTED)  # expect: OAK103

# fine: the same once more
again = OpenAI(api_key=config.Team.key, timeout=10)
# fine: for this machine
near = OpenAI(api_key=Team.key, base_url=Team.address)
# fine: the name of a variable, which is looked up
looked_up = OpenAI(api_key=os.environ[Team.name])
# fine: the other module asks for it
asked_for = OpenAI(api_key=SECOND_KEY)
# fine: the other module strips it
clean = OpenAI(api_key=CLEAN_KEY)
by_clean_function = OpenAI(api_key=read_clean_key("key.txt"))
# fine: stripped here
here = OpenAI(api_key=read_key("key.txt").strip())
