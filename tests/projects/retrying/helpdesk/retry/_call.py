import time

from tenacity import Retrying, stop_after_attempt


def call(function, *args, attempts=5, on=(Exception,)):
    for _ in range(attempts):
        try:
            return function(*args)
        except on:
            time.sleep(1)
    raise RuntimeError("gave up")


def call_once(function, *args):
    try:
        return function(*args)
    except Exception:
        return None


def call_unless(is_permanent, function, *args):
    while True:
        try:
            return function(*args)
        except Exception as error:
            if is_permanent(error):
                raise
            time.sleep(1)


def in_turn(function, *args):
    return Retrying(stop=stop_after_attempt(3))(function, *args)
