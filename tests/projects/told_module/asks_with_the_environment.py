from dotenv import load_dotenv
from openai import OpenAI
from told_beside_the_environment import configure

load_dotenv()
configure()
print(OpenAI().models.list())
