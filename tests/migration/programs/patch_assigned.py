import openai
from unittest.mock import MagicMock


def complete(prompt):
    return openai.Completion.create(model="davinci-002", prompt=prompt, max_tokens=5)["choices"][0]["text"]


def fake(**kwargs):
    return {"choices": [{"text": kwargs["prompt"] + "!"}]}


def check_mock():
    original = openai.Completion.create
    openai.Completion.create = MagicMock(return_value={"choices": [{"text": "mocked"}]})
    try:
        assert complete("x") == "mocked"
        openai.Completion.create.assert_called_once()
    finally:
        openai.Completion.create = original


def check_fake():
    original = openai.Completion.create
    openai.Completion.create = fake
    try:
        assert complete("hi") == "hi!"
    finally:
        openai.Completion.create = original


check_mock()
check_fake()
print(complete("for real"))
