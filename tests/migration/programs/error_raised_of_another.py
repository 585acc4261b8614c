import openai
from openai.error import RateLimitError, InvalidRequestError


def ask(model):
    for _ in range(2):
        try:
            return openai.Completion.create(model=model, prompt="a").choices[0].text
        except RateLimitError as error:
            last = error
            if _ == 1:
                raise RateLimitError("Retry limit exceeded") from error
        except openai.error.InvalidRequestError as e:
            raise RateLimitError("bad")


for model in ("m", "fails-429"):
    try:
        print(ask(model))
    except RateLimitError as e:
        print("limit:", e)
