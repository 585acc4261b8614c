"""The loop, and what it is handed is known by way of the package: it is reported where it is handed over."""

import time

from ..pauses import PAUSE


class Patience:
    def __init__(self, attempts):
        self.attempts = attempts

    # fine: who hands over the request is told
    def run(self, function, *args):
        failure = None
        for attempt in range(self.attempts):
            try:
                return function(*args)
            except Exception as error:
                failure = error
                time.sleep(PAUSE)
        raise RuntimeError("no answer") from failure
