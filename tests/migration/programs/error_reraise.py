import sys

import openai


class LLMError(Exception):
    def __init__(self, message, status=None, retryable=False):
        super().__init__(message)
        self.status = status
        self.retryable = retryable


def complete(prompt, model="text-davinci-003"):
    try:
        return openai.Completion.create(model=model, prompt=prompt)["choices"][0]["text"]
    except openai.error.RateLimitError as err:
        raise LLMError("slow down", err.http_status, True) from err
    except openai.error.PermissionError as err:
        raise LLMError("forbidden", err.http_status) from err
    except (openai.error.APIError, openai.error.ServiceUnavailableError) as err:
        raise LLMError("server", status=err.http_status, retryable=True) from err


for model in ("text-davinci-003", "fails-429", "fails-403", "fails-500", "fails-503"):
    try:
        print(complete("p", model).strip())
    except LLMError as e:
        print(model, e, e.status, e.retryable, e.__cause__ is not None)

complete("the end", "fails-429")
