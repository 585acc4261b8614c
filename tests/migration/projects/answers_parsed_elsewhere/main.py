import os
import openai
from models import Reply

def configure(args):
    for name, value in args.items():
        if name == "key":
            openai.api_key = value
        else:
            openai.api_base = value

configure({"key": os.environ["TEAM_KEY"], "base": os.environ["API_BASE"]})
raw = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "hey"}])
print(Reply.parse(raw))
