"""Clients with keys from another module."""

from app import config
from app.config import CLEAN_KEY, FILE_KEY, FIRST_KEY, SECOND_KEY, read_clean_key, read_key
from openai import OpenAI

empty = OpenAI(api_key=FIRST_KEY)  # expect: OAK303
by_module = OpenAI(api_key=config.FIRST_KEY)  # expect: OAK303
unstripped = OpenAI(api_key=FILE_KEY)  # expect: OAK304
by_function = OpenAI(api_key=read_key("key.txt"))  # expect: OAK304
by_attribute = OpenAI(api_key=config.read_key("key.txt"))  # expect: OAK304

# fine: the other module asks for it
asked_for = OpenAI(api_key=SECOND_KEY)
# fine: the other module strips it
clean = OpenAI(api_key=CLEAN_KEY)
by_clean_function = OpenAI(api_key=read_clean_key("key.txt"))
# fine: stripped here
here = OpenAI(api_key=read_key("key.txt").strip())
