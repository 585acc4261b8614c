import logging

import openai

TRANSIENT = (openai.RateLimitError, openai.APITimeoutError)
WIDE = TRANSIENT + (openai.APIStatusError,)


class Refused(openai.OpenAIError):
    pass


def fail(error):
    raise RuntimeError("giving up") from error


def note(error):
    logging.warning("%s", error)


def is_permanent(error):
    return isinstance(error, openai.AuthenticationError)
