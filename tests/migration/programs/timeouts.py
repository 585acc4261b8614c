import openai
from openai.error import Timeout, APIConnectionError


def ask(model):
    try:
        r = openai.ChatCompletion.create(
            model=model,
            messages=[{"role": "user", "content": "are you there?"}],
            request_timeout=0.5,
        )
    except APIConnectionError:
        return "no connection"
    except Timeout:
        return "timed out"
    return r.choices[0].message.content


print(ask("gpt-4"))
print(ask("never-answers"))
openai.api_base = "http://127.0.0.1:9/v1"
print(ask("gpt-4"))
