import os

import assistant.llm as llm

os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]  # expect: OAK301
print(llm.client.models.list())
