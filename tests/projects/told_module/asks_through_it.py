import openai
from openai import OpenAI
from told_to_some_use import configure

configure()
print(openai.models.list(), OpenAI(api_key="unused").models.list())
