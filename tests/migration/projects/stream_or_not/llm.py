import os
import openai
def setup():
    openai.api_key = os.environ["TEAM_KEY"]
    openai.api_base = os.environ["API_BASE"]
def complete(prompt, stream=False):
    return openai.Completion.create(engine="text-davinci-003", prompt=prompt, stream=stream)
