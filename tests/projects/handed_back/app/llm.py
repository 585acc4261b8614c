"""Functions that hand their failures back. By itself, this is what their callers want to be told."""

import openai
from openai import OpenAI

client = OpenAI()


def ask(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text
    except Exception as error:
        print("failed:", error)
        return None


def ask_for_both(prompt):
    try:
        return True, client.responses.create(model="gpt-4o", input=prompt).output_text
    except openai.OpenAIError as error:
        return False, str(error)


def ask_unless_refused(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text
    except openai.AuthenticationError:
        raise
    except openai.APIError:
        return None


def ask_and_tell_why(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text, None
    except Exception as error:
        return None, error


def ask_or_raise(prompt, raise_errors=False):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text
    except Exception:
        if raise_errors:
            raise
        return None


def ask_with(key, prompt):
    try:
        return OpenAI(api_key=key).responses.create(model="gpt-4o", input=prompt).output_text
    except openai.APIError:
        return None


class Chat:
    def __init__(self):
        self._client = OpenAI()

    def ask(self, prompt):
        try:
            return self._client.responses.create(model="gpt-4o", input=prompt).output_text
        except Exception:
            return ""

    @property
    def is_up(self):
        try:
            self._client.models.list()
        except openai.APIError:
            return False
        return True


# Both in one file: it is the clause that is reported.
def ask_here(prompt):
    try:
        return client.responses.create(model="gpt-4o", input=prompt).output_text
    except Exception:  # expect: OAK401
        return None


def until_there_is_an_answer(prompt):
    while True:
        if answer := ask_here(prompt):
            return answer
