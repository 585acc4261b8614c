import os
import openai
AZURE = bool(os.environ.get("AZURE_KEY"))
if AZURE:
    openai.api_type = "azure"
    openai.api_version = "2023-05-15"
    openai.api_key = os.environ["AZURE_KEY"]
    openai.api_base = os.environ["AZURE_BASE"]
else:
    openai.api_key = os.environ["OPENAI_API_KEY"]
