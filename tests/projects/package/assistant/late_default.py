import os

from assistant.shared import ask_shared

os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
print(ask_shared("How are you?"))
