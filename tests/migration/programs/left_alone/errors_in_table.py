"""A table that tells errors of the server from those of a busy one."""

import os

import openai
from openai import error as oe

openai.api_key = os.environ["OPENAI_API_KEY"]
TABLE = [
    ((oe.RateLimitError,), 11, "too many requests"),
    ((oe.ServiceUnavailableError, oe.TryAgain), 12, "overloaded"),
    ((oe.APIError,), 15, "server error"),
]

for text in ("hi", "fails-500", "fails-503"):
    try:
        openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])
        print("fine")
    except Exception as error:
        print([code for classes, code, _ in TABLE if isinstance(error, classes)])
