"""Who calls these stands in other files."""

import openai
from openai import OpenAI

client = OpenAI()


# fine: who calls it says so
def pick(games):
    try:
        return client.responses.create(model="gpt-4o", input="Pick one: " + ", ".join(games)).output_text
    except openai.AuthenticationError:
        return None


def greet(name):
    try:
        return client.responses.create(model="gpt-4o", input=f"Greet {name}.").output_text
    except openai.AuthenticationError:  # expect: OAK405
        return ""


# fine: likewise, one function further on
def names():
    try:
        return [model.id for model in client.models.list()]
    except openai.AuthenticationError:
        return []


def nobody_calls_this(question):
    try:
        return client.responses.create(model="gpt-4o", input=question).output_text
    except openai.AuthenticationError:  # expect: OAK405
        return None


class Bot:
    # fine: it is a method of an object
    def answer(self, question):
        try:
            return client.responses.create(model="gpt-4o", input=question).output_text
        except openai.AuthenticationError:
            return None
