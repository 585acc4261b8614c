import os
import openai

MODEL = "gpt-3.5-turbo"

def configure():
    openai.api_key = os.environ["TEAM_KEY"]
    openai.api_base = os.environ["API_BASE"]
