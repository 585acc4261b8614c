"""Loops that take the failure of a function in another file for "not yet"."""

import time

from app import llm
from app.llm import Chat, ask, ask_and_tell_why, ask_for_both, ask_or_raise, ask_unless_refused, ask_with
from openai import AuthenticationError

chat = Chat()


def until_there_is_an_answer(prompt):
    while True:
        answer = ask(prompt)  # expect: OAK401
        if answer is not None:
            return answer
        time.sleep(1)


def through_the_module(prompt):
    while not (answer := llm.ask(prompt)):  # expect: OAK401
        time.sleep(1)
    return answer


def three_times(prompt):
    for _ in range(3):
        fine, answer = ask_for_both(prompt)  # expect: OAK401
        if fine:
            return answer
        time.sleep(1)
    raise RuntimeError("no answer")


def by_a_method(prompt):
    while True:
        if answer := chat.ask(prompt):  # expect: OAK401
            return answer


def by_a_property():
    while not chat.is_up:  # expect: OAK401
        time.sleep(1)


# fine: the next request has the next prompt
def each(prompts):
    answers = []
    for prompt in prompts:
        answer = ask(prompt)
        if answer is None:
            continue
        answers.append(answer)
    return answers


# fine: somebody types the next one
def talk():
    while True:
        answer = ask(input("> "))
        if answer is None:
            continue
        print(answer)


# fine: a failure ends it
def while_it_works(prompt):
    while True:
        answer = ask(prompt)
        if answer is None:
            break
        prompt += answer


# fine: it goes round with an answer, too
def every_minute(prompt):
    while True:
        ask(prompt)
        time.sleep(60)


# fine: only what may pass is handed back
def until_it_passes(prompt):
    while not (answer := ask_unless_refused(prompt)):
        time.sleep(1)
    return answer


# fine: the error is handed back, too, and asked what it is
def until_refused(prompt):
    while True:
        answer, error = ask_and_tell_why(prompt)
        if error is None:
            return answer
        if isinstance(error, AuthenticationError):
            raise error
        time.sleep(1)


# fine: it is told to raise
def until_it_raises(prompt):
    while not ask_or_raise(prompt, raise_errors=True):
        time.sleep(1)


# fine: another key each time
def with_any_of(keys, prompt):
    while True:
        if answer := ask_with(keys.pop(), prompt):
            return answer


# fine: what is asked of the answer is not seen
def until_somebody_likes_it(prompt, likes):
    while True:
        answer = chat.ask(prompt)
        if likes(answer):
            return answer
