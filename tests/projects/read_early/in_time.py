from dotenv import load_dotenv

# fine: before the module is imported
load_dotenv()

from config import TEAM_KEY
from openai import OpenAI

load_dotenv()
OpenAI(api_key=TEAM_KEY).models.list()
