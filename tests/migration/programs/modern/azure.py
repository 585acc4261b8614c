import os

from openai import AzureOpenAI

client = AzureOpenAI(azure_endpoint=os.environ["AZURE_BASE"], api_key=os.environ["AZURE_KEY"], api_version="2024-02-01")
r = client.chat.completions.create(model="my-deployment", messages=[{"role": "user", "content": "azure"}])
print(r.choices[0].message.content)
