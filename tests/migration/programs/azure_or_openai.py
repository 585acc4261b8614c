import os
import openai

USE_AZURE = os.getenv("USE_AZURE", "0") == "1"

if USE_AZURE:
    openai.api_type = "azure"
    openai.api_base = os.environ["AZURE_BASE"]
    openai.api_version = "2023-05-15"
    openai.api_key = os.environ["AZURE_KEY"]
    extra = {"engine": "my-deployment"}
else:
    openai.api_key = os.environ["OPENAI_API_KEY"]
    extra = {"model": "gpt-3.5-turbo"}

r = openai.ChatCompletion.create(messages=[{"role": "user", "content": "which one?"}], **extra)
print(r["choices"][0]["message"]["content"])
