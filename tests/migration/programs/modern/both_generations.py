try:
    from openai import OpenAI
except ImportError:
    OpenAI = None

import openai


def ask(text):
    messages = [{"role": "user", "content": text}]
    if OpenAI is not None:
        return OpenAI().chat.completions.create(model="gpt-4", messages=messages).choices[0].message.content
    return openai.ChatCompletion.create(model="gpt-4", messages=messages)["choices"][0]["message"]["content"]


print(ask("either"))
