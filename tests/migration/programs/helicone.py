import os
import openai

openai.api_base = os.environ["API_BASE"]

response = openai.ChatCompletion.create(
    model="gpt-3.5-turbo",
    messages=[{"role": "user", "content": "through a proxy"}],
    headers={
        "Helicone-Auth": f"Bearer {os.environ['TEAM_KEY']}",
        "Helicone-Cache-Enabled": "true",
        "X-Trace": "42",
    },
)
print(response["choices"][0]["message"]["content"])
