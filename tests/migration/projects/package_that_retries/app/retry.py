import functools
import time
import openai

def retried(f):
    @functools.wraps(f)
    def inner(*a, **k):
        for n in range(3):
            try:
                return f(*a, **k)
            except (openai.error.RateLimitError, openai.error.APIConnectionError, openai.error.Timeout) as e:
                print("retry", type(e).__name__)
                time.sleep(0)
        raise RuntimeError("gave up")
    return inner
