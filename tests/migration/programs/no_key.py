import os
import openai

openai.api_key = os.getenv("OPENAI_API_KEY")
try:
    openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": "hi"}])
except openai.error.AuthenticationError:
    print("Please set your API key")
