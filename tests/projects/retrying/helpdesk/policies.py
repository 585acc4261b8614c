"""What the functions of other modules are retried with."""

import functools
import time

import openai
from tenacity import Retrying, retry, retry_if_exception, retry_if_exception_type, stop_after_attempt, wait_fixed

TRANSIENT = (openai.RateLimitError, openai.APIConnectionError)
ANY = (openai.RateLimitError, openai.APIError)
POLITE = {"retry": retry_if_exception_type(TRANSIENT), "stop": stop_after_attempt(3)}
STUBBORN = {"stop": stop_after_attempt(3)}

polite = retry(retry=retry_if_exception_type(TRANSIENT), stop=stop_after_attempt(3))
stubborn = retry(stop=stop_after_attempt(3), wait=wait_fixed(1))
polite_retryer = Retrying(retry=retry_if_exception_type(TRANSIENT), stop=stop_after_attempt(3))
stubborn_retryer = Retrying(stop=stop_after_attempt(3))
unless_permanent = retry_if_exception(lambda error: not isinstance(error, openai.AuthenticationError))

polite_partial = functools.partial(retry, retry=retry_if_exception_type(TRANSIENT), stop=stop_after_attempt(3))
stubborn_partial = functools.partial(retry, stop=stop_after_attempt(3))


def let_out(state):
    if is_refused(state.outcome.exception()):
        raise state.outcome.exception()


def own_retrying(errors=TRANSIENT, times=3):
    def decorator(function):
        def wrapper(*args):
            for _ in range(times):
                try:
                    return function(*args)
                except errors:
                    time.sleep(1)
            raise RuntimeError("no answer")

        return wrapper

    return decorator


def retrying(errors=TRANSIENT, times=3):
    return retry(retry=retry_if_exception_type(errors), stop=stop_after_attempt(times), reraise=True)


def is_worth_it(error):
    return isinstance(error, TRANSIENT) or getattr(error, "status_code", 0) >= 500


def is_of_the_sdk(error):
    return isinstance(error, openai.OpenAIError)


def is_refused(error):
    return isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError))


def is_too_long(error):
    return isinstance(error, openai.BadRequestError)
