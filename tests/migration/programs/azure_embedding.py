import os
import openai

openai.api_type = "azure"
openai.api_key = os.environ["AZURE_KEY"]
openai.api_base = os.environ["AZURE_BASE"]
openai.api_version = "2022-12-01"

emb = openai.Embedding.create(deployment_id="my-ada", input="some text to embed")
print(emb['data'][0]['embedding'])

comp = openai.Completion.create(deployment_id="my-davinci", prompt="Say this", max_tokens=10)
print(comp.choices[0].text.strip(), comp['usage'])
