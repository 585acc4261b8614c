from openai import OpenAI

from app.one import patient


@patient  # expect: OAK402
def ask(prompt):
    return OpenAI().responses.create(model="gpt-4o", input=prompt)
