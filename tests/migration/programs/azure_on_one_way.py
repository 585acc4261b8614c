"""Azure where a setting says so, and openai.com elsewhere."""

import os

import openai


class Config:
    use_azure = os.getenv("USE_AZURE") == "True"
    key = os.environ["OPENAI_API_KEY"]


CFG = Config()
openai.api_key = CFG.key
if CFG.use_azure:
    openai.api_type = "azure"
    openai.api_key = os.environ["AZURE_KEY"]
    openai.api_base = os.environ["AZURE_BASE"]
    openai.api_version = "2023-05-15"


def ask(text, model="gpt-3.5-turbo"):
    messages = [{"role": "user", "content": text}]
    if CFG.use_azure:
        response = openai.ChatCompletion.create(deployment_id="chat", model=model, messages=messages)
    else:
        response = openai.ChatCompletion.create(model=model, messages=messages)
    return response["choices"][0]["message"]["content"]


print(ask("hi"))
