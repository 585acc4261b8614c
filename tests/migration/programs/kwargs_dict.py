import openai

DEFAULTS = {"model": "gpt-3.5-turbo", "temperature": 0.3, "max_tokens": 3}


def chat(content, **overrides):
    params = dict(DEFAULTS, **overrides)
    params["messages"] = [{"role": "user", "content": content}]
    return openai.ChatCompletion.create(**params)


r = chat("a b c d e f")
print(r.choices[0].message.content, r.choices[0].finish_reason)
r = chat("a", max_tokens=50, model="gpt-4", stop=["\n"])
print(r["choices"][0]["message"]["content"], r["choices"][0]["finish_reason"], r["model"])
