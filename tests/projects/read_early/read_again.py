import os

import config
from dotenv import load_dotenv
from openai import OpenAI

# fine: it is read again
load_dotenv()
config.TEAM_KEY = os.environ["TEAM_KEY"]
OpenAI(api_key=config.TEAM_KEY).models.list()
