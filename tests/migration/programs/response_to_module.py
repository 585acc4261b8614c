import openai

from storage import record


def ask(q):
    response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": q}])
    record(response)
    return response["choices"][0]["message"]["content"]


print(ask("remember me"))
