from openai import OpenAI

from app.one import patient


def ask(prompt):
    return OpenAI().responses.create(model="gpt-4o", input=prompt)


@patient  # expect: OAK402
def ask_patiently(prompt):
    return ask(prompt)
