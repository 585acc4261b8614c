import openai
from tenacity import (
    retry,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)  # for exponential backoff


@retry(
    wait=wait_random_exponential(min=1, max=60),
    stop=stop_after_attempt(6),
    retry=retry_if_exception_type((openai.error.RateLimitError, openai.error.Timeout)),
    reraise=True,
)
def completion_with_backoff(**kwargs):
    print("asking", kwargs["model"])
    return openai.Completion.create(**kwargs)


print(completion_with_backoff(model="fails-twice-429", prompt="Once upon a time,").choices[0].text.strip())
try:
    completion_with_backoff(model="fails-400", prompt="Once upon a time,")
except openai.error.InvalidRequestError as e:
    print("not retried:", e.code, e.param)
