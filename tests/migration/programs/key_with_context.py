import contextlib
import openai


@contextlib.contextmanager
def using_key(key):
    old, openai.api_key = openai.api_key, key
    try:
        yield
    finally:
        openai.api_key = old


def ask(text):
    return openai.Completion.create(model="text-davinci-003", prompt=text).choices[0].text.strip()


print(ask("mine"))
with using_key("key-for-bob"):
    print(ask("bob's"))
print(ask("mine again"))
