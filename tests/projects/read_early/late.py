from config import TEAM_KEY, Config
from dotenv import load_dotenv
from openai import OpenAI

load_dotenv()  # expect: OAK301
OpenAI(api_key=TEAM_KEY).models.list()


def other():
    return OpenAI(api_key=Config.other_key).models.list()
