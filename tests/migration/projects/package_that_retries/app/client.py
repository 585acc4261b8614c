import os
import openai
from .retry import retried

openai.api_key = os.environ.get("TEAM_KEY")
openai.api_base = os.environ["API_BASE"]

@retried
def complete(prompt, **kw):
    return openai.Completion.create(model="text-davinci-003", prompt=prompt, **kw).choices[0].text
