"""What others retry with."""

import openai
from tenacity import retry, retry_if_exception_type, stop_after_attempt


def patiently(attempts):
    return retry(reraise=True, stop=stop_after_attempt(attempts), retry=retry_if_exception_type(openai.APIError))
