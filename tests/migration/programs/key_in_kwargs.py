import os
import openai


def ask(text):
    kwargs = {
        "api_key": os.environ["TEAM_KEY"],
        "model": "gpt-4",
        "messages": [{"role": "user", "content": text}],
        "temperature": 0.3,
    }
    response = openai.ChatCompletion.create(**kwargs)
    return response.choices[0]["message"]["content"]


print(ask("a"))
