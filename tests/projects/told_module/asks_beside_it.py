from openai import OpenAI
from told_to_some_use import configure

configure()
print(OpenAI().models.list())
