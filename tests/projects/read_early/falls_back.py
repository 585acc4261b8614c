import config
from dotenv import load_dotenv
from openai import OpenAI

# fine: for None the client looks into the environment itself
load_dotenv()
OpenAI(api_key=config.OWN_KEY).models.list()
