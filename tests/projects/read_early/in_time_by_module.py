from dotenv import load_dotenv
from loaded import TEAM_KEY
from openai import OpenAI

# fine: the module has loaded it
load_dotenv()
OpenAI(api_key=TEAM_KEY).models.list()
