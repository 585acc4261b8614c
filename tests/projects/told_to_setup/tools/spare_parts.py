import os
import time

from spare.client import ask, client

# fine: nobody says that packages stand in `attic`, so this may be another `spare`
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
print(client.models.list())


def patient(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception:
            time.sleep(1)
