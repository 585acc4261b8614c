import openai


def gpt(prompt, depth=0):
    text = openai.Completion.create(
        engine="text-davinci-003", prompt=prompt, max_tokens=100, temperature=0
    )["choices"][0]["text"].strip()
    return text if depth == 0 else gpt(text, depth - 1)


print(gpt("recursion", depth=2))
