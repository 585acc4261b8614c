"""What an error of tenacity tells of the error of the SDK in it."""

import os

import openai
from tenacity import RetryError, retry, stop_after_attempt, wait_none

openai.api_key = os.environ["OPENAI_API_KEY"]


@retry(stop=stop_after_attempt(2), wait=wait_none())
def ask(text):
    answer = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
    return answer.choices[0].message.content


for text in ("one", "fails-once-500 two", "fails-429", "fails-403"):
    try:
        print(ask(text))
    except RetryError as error:
        cause = error.last_attempt.exception()
        print(error.last_attempt.attempt_number, cause.http_status)
