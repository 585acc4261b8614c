import openai
from api import ask

for model in ("gpt-4", "fails-429", "fails-400", "fails-503"):
    try:
        r = ask("hi", model)
        print(r["choices"][0]["message"]["content"])
    except openai.error.RateLimitError as e:
        print("rate", e.http_status)
    except openai.error.InvalidRequestError as e:
        print("invalid", e.code, e.http_status)
    except openai.error.ServiceUnavailableError as e:
        print("down", e.http_status)
