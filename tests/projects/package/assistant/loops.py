"""Requests, errors and what is done about them come from other modules."""

import time

from . import errors as problems
from .errors import TRANSIENT, WIDE, Refused, fail, is_permanent, note
from .llm import Assistant, ask, ask_async, ask_safely, client

assistant = Assistant()


def on_wide(prompt):
    while True:
        try:
            return ask(prompt)
        except WIDE:  # expect: OAK401
            time.sleep(1)


def on_wide_through_the_module(prompt):
    while True:
        try:
            return client.responses.create(model="gpt-4o", input=prompt)
        except problems.WIDE:  # expect: OAK401
            time.sleep(1)


async def on_anything(prompt):
    while True:
        try:
            return await ask_async(prompt)
        except Exception as error:  # expect: OAK401
            note(error)


def by_a_method(prompt):
    for _ in range(3):
        try:
            return assistant.ask(prompt)
        except Exception:  # expect: OAK401
            time.sleep(1)


# fine: transient errors only
def on_transient(prompt):
    while True:
        try:
            return ask(prompt)
        except TRANSIENT:
            time.sleep(1)


# fine: the handler always raises
def on_anything_failing(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception as error:
            fail(error)


# fine: permanent errors leave
def unless_permanent(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception as error:
            if is_permanent(error):
                raise
            time.sleep(1)


# fine: a subclass of OpenAIError that no request raises
def on_refusal(prompt):
    while True:
        try:
            return ask(prompt)
        except Refused:
            time.sleep(1)


# fine: it never raises
def swallowed_elsewhere(prompt):
    while True:
        try:
            return ask_safely(prompt)
        except Exception:
            time.sleep(1)


# fine: it never asks
def other_work(prompt):
    while True:
        try:
            return note(prompt)
        except Exception:
            time.sleep(1)
