"""Decorators and helpers of the project, by the package that hands them on."""

import time

import openai
from openai import OpenAI

from .llm import ask, client
from .retry import Again, Stubborn, call, call_once, call_unless, in_turn, patient


@Again(3)  # expect: OAK402
def by_a_class(prompt):
    return ask(prompt)


# fine: the class is given transient errors
@Again(3, on=(openai.RateLimitError,))
def by_a_polite_class(prompt):
    return ask(prompt)


# fine: once is no retry
@Again(1)
def by_a_class_once(prompt):
    return ask(prompt)


@Stubborn  # expect: OAK402
def by_a_class_in_its_place(prompt):
    return ask(prompt)


# fine: the SDK raises no ConnectionError
@patient
def by_a_function(prompt):
    return ask(prompt)


print(call(ask, "How are you?"))  # expect: OAK402
print(call(lambda: ask("How are you?")))  # expect: OAK402
print(call(client.models.list, attempts=2))  # expect: OAK402
print(in_turn(ask, "How are you?"))  # expect: OAK402


# fine: transient errors, once, no request, and a predicate that says no
print(call(ask, "How are you?", on=(openai.RateLimitError,)))
print(call(ask, "How are you?", attempts=1))
print(call_once(ask, "How are you?"))
print(call(len, "How are you?"))
print(call(print, ask("How are you?")))
print(call_unless(lambda error: isinstance(error, openai.AuthenticationError), ask, "How are you?"))


def with_another_key(prompt, keys=iter(["a", "b"])):
    return OpenAI(api_key=next(keys)).responses.create(model="gpt-4o", input=prompt)


# fine: another key each time
print(call(with_another_key, "How are you?"))


def hand_on(function, prompt):
    return call(function, prompt)


print(hand_on(ask, "How are you?"))  # expect: OAK402


def repeat(function, *args):
    while True:
        try:
            return function(*args)
        except Exception:  # expect: OAK401
            time.sleep(1)


# fine: its clause stands in this file, and is reported there
print(repeat(ask, "How are you?"))
