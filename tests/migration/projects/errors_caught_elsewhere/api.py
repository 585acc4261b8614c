import os
import openai
openai.api_key = os.getenv("TEAM_KEY")
openai.api_base = os.getenv("API_BASE")

def ask(text, model="gpt-4"):
    return openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": text}])
