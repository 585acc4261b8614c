"""Settings that openai 0.x never had, and a key that a request reads of the module again."""

import os

import openai

openai.api_key = os.getenv("OPENAI_API_KEY")
openai.request_timeout = 30  # does this do anything?
model_id = "whisper-1"

for name in ("one", "two"):
    if name == "one":
        print(openai.Completion.create(engine="text-davinci-003", prompt=name)["choices"][0]["text"].strip())
        continue
    response = openai.Completion.create(api_key=openai.api_key, model="gpt-3.5-turbo-instruct", prompt=name)
    print(response.choices[0].text.strip())
