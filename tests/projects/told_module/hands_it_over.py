from openai import OpenAI
from told_to_nobody_seen import configure

print(OpenAI(api_key=configure()).models.list())
