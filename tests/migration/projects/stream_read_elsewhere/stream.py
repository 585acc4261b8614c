import os
import openai
openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]

def chunks(prompt):
    for chunk in openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": prompt}], stream=True):
        yield chunk
