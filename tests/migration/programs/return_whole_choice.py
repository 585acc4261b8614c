import openai


def top_choice(prompt, **kwargs):
    return openai.Completion.create(prompt=prompt, model=kwargs.pop("model", "text-davinci-003"), **kwargs)["choices"][0]


def pick(choices, reason="stop"):
    for choice in choices:
        if choice["finish_reason"] == reason:
            return choice["text"].strip()


c = top_choice("one", temperature=0)
print(c["text"].strip(), c["index"])
print(top_choice("two").text.strip())
print(pick(openai.Completion.create(model="text-davinci-003", prompt="three", n=2)["choices"]))
print(pick([top_choice("four")]), pick([], "length"))
