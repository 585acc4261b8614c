import os
import openai
from tracker import Tracker

openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]
tracker = Tracker()
for model in ("gpt-4", "gpt-3.5-turbo"):
    response = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "hi"}])
    tracker.add(response)
    print(response.choices[0].message.content)
print(round(tracker.total, 4))
