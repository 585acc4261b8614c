from .objects import Retrying


def is_rate_limit(error):
    text = str(error).lower()
    return "429" in text or "rate limit" in text


def is_anything(error):
    return isinstance(error, Exception)


class Model:
    def __init__(self, client=None, retry=True):
        self.client = client or self.connect()
        self.patient = Retrying(attempts=3 if retry else 1, predicate=is_rate_limit)
        self.stubborn = Retrying(attempts=3, predicate=lambda error: True)
        self.hasty = Retrying()

    def connect(self):
        raise NotImplementedError
