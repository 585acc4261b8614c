from openai import OpenAI

client = OpenAI()


def ask(prompt):
    return client.responses.create(model="gpt-4o", input=prompt)


def ask_or_none(prompt):
    try:
        return ask(prompt)
    except Exception:
        return None
