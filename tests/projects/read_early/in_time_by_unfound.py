from dotenv import load_dotenv
from openai import OpenAI
from team.settings import MODEL

client = OpenAI()
# fine: such a module may have set it
load_dotenv()
client.models.retrieve(MODEL)
