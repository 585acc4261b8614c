import os
import openai

KEYS = ["key-of-nobody", "key-for-alice", os.environ["TEAM_KEY"]]


def ask(prompt):
    for key in KEYS:
        openai.api_key = key
        try:
            r = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": prompt}])
        except openai.error.AuthenticationError:
            print("next key")
            continue
        except openai.error.RateLimitError:
            continue
        return r.choices[0].message.content
    return "no key left"


print(ask("rotate"))
