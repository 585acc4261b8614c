"""Arguments of other servers that a function hands through, and requests that say everything themselves."""

import os

import openai


def chat(messages, model="gpt-3.5-turbo", **params):
    response = openai.ChatCompletion.create(
        api_base=os.environ["API_BASE"],
        api_key=os.environ["TEAM_KEY"],
        model=model,
        messages=messages,
        headers={"X-Title": "My App"},
        **params,
    )
    return response.choices[0].message


history = [{"role": "user", "content": "one"}]
reply = chat(history, temperature=0.9, transforms=["middle-out"], route="fallback")
print(reply.role, reply.content)
history.append(reply)
print(chat(history, max_tokens=3)["content"])


def embed(text, deployment=None, model="text-embedding-ada-002"):
    return openai.Embedding.create(engine=deployment, model=model, input=text)["data"][0]["embedding"]


print(embed("x"))
