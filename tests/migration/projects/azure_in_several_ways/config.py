import os

import openai

openai.api_type = "azure"
openai.api_version = "2023-05-15"
openai.api_key = os.environ["AZURE_KEY"]
openai.api_base = os.environ["AZURE_BASE"]

CHAT = "chat-deployment"
EMBEDDING = "embedding-deployment"
