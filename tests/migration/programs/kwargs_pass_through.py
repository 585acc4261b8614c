import openai


def create(kind, **kwargs):
    if kind == "chat":
        return openai.ChatCompletion.create(**kwargs)
    return openai.Completion.create(**kwargs)


def text(kind, response):
    return (response["choices"][0]["message"]["content"] if kind == "chat" else response["choices"][0]["text"]).strip()


for kind, kwargs in {
    "chat": {"model": "gpt-4", "messages": [{"role": "user", "content": "passed"}]},
    "text": {"model": "text-davinci-003", "prompt": "passed", "max_tokens": 9},
}.items():
    print(kind, text(kind, create(kind, **kwargs)))
