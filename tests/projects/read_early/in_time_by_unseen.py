import secrets_of_team
from dotenv import load_dotenv
from openai import OpenAI

client = OpenAI()
# fine: what the module calls may have set it
load_dotenv()
client.models.list(extra_headers={"x": secrets_of_team.__name__})
