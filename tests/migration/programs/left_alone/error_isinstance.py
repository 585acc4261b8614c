import openai
from openai import error


def classify(exc):
    if isinstance(exc, (error.RateLimitError, error.ServiceUnavailableError)):
        return "try later"
    if isinstance(exc, error.AuthenticationError):
        return "bad key"
    if isinstance(exc, error.InvalidRequestError):
        return "bad request: " + str(exc.param)
    if isinstance(exc, error.APIError):
        return "server error"
    return "unknown"


for model, key in (("fails-429", None), ("fails-503", None), ("fails-500", None), ("fails-400", None), ("gpt-4", "bad")):
    try:
        openai.Completion.create(model=model, prompt="?", api_key=key)
    except Exception as exc:
        print(model, "->", classify(exc))
    else:
        print(model, "fine")
    finally:
        print("--")
