"""The application, and the classes that the tasks are of, come from another module."""

import openai

from .llm import ask
from .worker import Patient, Stubborn, app


# fine: transient errors only
@app.task(autoretry_for=(openai.RateLimitError,))
def polite(prompt):
    return ask(prompt).id


@app.task(autoretry_for=(openai.APIError,))  # expect: OAK402
def stubborn(prompt):
    return ask(prompt).id


# fine: the base is for transient errors
@app.task(base=Patient)
def by_a_polite_base(prompt):
    return ask(prompt).id


@app.task(base=Stubborn)  # expect: OAK402
def by_a_base(prompt):
    return ask(prompt).id


class ByAPoliteBase(Patient):
    def run(self, prompt):
        return ask(prompt).id


class ByABase(Stubborn):  # expect: OAK402
    def run(self, prompt):
        return ask(prompt).id


# fine: the task's own condition stands for that of its base
class ByItsOwn(Stubborn):
    autoretry_for = (openai.RateLimitError,)

    def run(self, prompt):
        return ask(prompt).id
