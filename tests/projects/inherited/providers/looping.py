"""The requests are those of the base class, the loops are here."""

import time

from openai import AuthenticationError

from .base import Asking


class Again(Asking):
    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:  # expect: OAK401
                time.sleep(1)

    def until_there_is_an_answer(self, prompt):
        while True:
            if answer := self.request_or_none(prompt):  # expect: OAK401
                return answer

    # fine: the next request has the next prompt
    def each(self, prompts):
        return [answer for prompt in prompts if (answer := self.request_or_none(prompt))]

    # fine: a wrong key leaves
    def ask_with_care(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except AuthenticationError:
                raise
            except Exception:
                time.sleep(1)


# fine: what it asks is its own
class Quiet(Asking):
    def request(self, prompt):
        return prompt.upper()

    def ask(self, prompt):
        while True:
            try:
                return self.request(prompt)
            except Exception:
                time.sleep(1)
