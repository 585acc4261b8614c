import os

import openai

openai.api_base = os.environ["API_BASE"]


def ask(text, model):
    reply = openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": text}])
    return reply.choices[0].message.content, reply.usage.total_tokens
