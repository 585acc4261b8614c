import openai


class EmptyAnswer(openai.error.OpenAIError):
    pass


def strict(prompt):
    text = openai.Completion.create(model="text-davinci-003", prompt=prompt).choices[0].text
    if "nothing" in text:
        raise EmptyAnswer("nothing came back")
    return text.strip()


for p in ("something", "nothing"):
    try:
        print(strict(p))
    except openai.error.OpenAIError as e:
        print(type(e).__name__, e)
