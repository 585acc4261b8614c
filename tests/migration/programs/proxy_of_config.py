import json
import os
import openai

config = json.loads('{"proxy": null}')
openai.api_key = os.environ["OPENAI_API_KEY"]
openai.proxy = config.get("proxy")
print(openai.Completion.create(model="text-davinci-003", prompt="hi").choices[0].text)
