import functools
import time

import openai
from openai.error import (
    APIConnectionError,
    APIError,
    RateLimitError,
    Timeout,
)

RETRYABLE = (APIError, APIConnectionError, RateLimitError, Timeout)


def retry_with_backoff(max_retries=3, errors=RETRYABLE):
    def decorator(func):
        @functools.wraps(func)
        def wrapper(*args, **kwargs):
            for i in range(max_retries):
                try:
                    return func(*args, **kwargs)
                except errors as e:
                    print(f"retry {i}: status {e.http_status}")
                    time.sleep(2 ** i)
            raise Exception(f"Maximum number of retries ({max_retries}) exceeded.")
        return wrapper
    return decorator


@retry_with_backoff(max_retries=4)
def ask(model):
    return openai.ChatCompletion.create(model=model, messages=[{"role": "user", "content": "hey"}])


print(ask("fails-twice-500")["choices"][0]["message"]["content"])
try:
    ask("fails-429")
except Exception as e:
    print(e)
try:
    ask("fails-400")
except openai.InvalidRequestError as e:
    print("bad request", e.http_status)
