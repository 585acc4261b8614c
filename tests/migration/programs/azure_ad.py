import os
import openai


def get_token():
    return os.environ["AZURE_KEY"]


openai.api_type = "azure_ad"
openai.api_base = os.environ["AZURE_BASE"]
openai.api_version = "2023-05-15"
openai.api_key = get_token()

r = openai.ChatCompletion.create(deployment_id="gpt-35", model="gpt-35-turbo", messages=[{"role": "user", "content": "with a token"}])
print(r.choices[0].message.content)
