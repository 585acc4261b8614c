"""The retry decorators are those of the project."""

import openai

from assistant.llm import ask
from assistant.utils import on_transient, patient, with_retries
from assistant.utils import retry as tools


@patient  # expect: OAK402
def one(prompt):
    return ask(prompt)


@tools.patient  # expect: OAK402
def two(prompt):
    return ask(prompt)


@with_retries(exceptions=(openai.OpenAIError,))  # expect: OAK402
def three(prompt):
    return ask(prompt)


# fine: transient errors only
@on_transient
def four(prompt):
    return ask(prompt)


# fine: the same by default
@with_retries()
def five(prompt):
    return ask(prompt)


# fine: no request
@patient
def six(prompt):
    return prompt.upper()
