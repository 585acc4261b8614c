import functools
import time

from ..errors import TRANSIENT


def patient(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        for attempt in range(5):
            try:
                return function(*args, **kwargs)
            except Exception:
                time.sleep(2**attempt)

    return wrapper


def on_transient(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        while True:
            try:
                return function(*args, **kwargs)
            except TRANSIENT:
                time.sleep(1)

    return wrapper


def with_retries(exceptions=TRANSIENT):
    def decorator(function):
        def wrapper(*args, **kwargs):
            while True:
                try:
                    return function(*args, **kwargs)
                except exceptions:
                    time.sleep(1)

        return wrapper

    return decorator
