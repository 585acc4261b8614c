import os
import sys
import openai

openai.api_key = os.getenv("OPENAI_API_KEY")

try:
    openai.Model.list()
except openai.error.AuthenticationError as e:
    print("Invalid API key", e.http_status)
    sys.exit(2)
print("ok")
