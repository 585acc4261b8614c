import time


class Retrying:
    def __init__(self, attempts=1, predicate=None):
        self.attempts = attempts
        self.predicate = predicate

    def __call__(self, function, *args, **kwargs):
        for attempt in range(1, self.attempts + 1):
            try:
                return function(*args, **kwargs)
            except Exception as error:
                again = self.predicate(error) if self.predicate else False
                if not again or attempt >= self.attempts:
                    raise
                time.sleep(attempt)
