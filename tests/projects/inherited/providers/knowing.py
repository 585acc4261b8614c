"""A base class whose file knows the subclass."""

import time


class Model:
    def request(self, prompt):
        raise NotImplementedError

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:  # expect: OAK401
                time.sleep(1)


def make():
    from .known import Known

    return Known()
