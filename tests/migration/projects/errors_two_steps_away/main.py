import os
import openai
from mid import text
openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]
try:
    print(text([{"role": "user", "content": "x"}]))
    print(text([{"role": "user", "content": "y", "model": "fails-429"}]))
except openai.error.RateLimitError as e:
    print("limited", e.http_status)
