import unittest
from types import SimpleNamespace
from unittest.mock import MagicMock, patch

import openai


def answer(text):
    response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])
    return response.choices[0].message["content"], response.usage["total_tokens"]


class FakeChoice:
    def __init__(self, content):
        self.message = {"role": "assistant", "content": content}


class FakeResponse:
    usage = {"total_tokens": 2}

    def __init__(self, content):
        self.choices = [FakeChoice(content)]


class Attributes(dict):
    __getattr__ = dict.__getitem__


class AnswerTest(unittest.TestCase):
    @patch("openai.ChatCompletion.create")
    def test_mocks(self, create):
        create.return_value = MagicMock(choices=[MagicMock(message={"content": "hi"})], usage={"total_tokens": 1})
        self.assertEqual(answer("x"), ("hi", 1))

    @patch("openai.ChatCompletion.create")
    def test_namespaces(self, create):
        response = SimpleNamespace(choices=[SimpleNamespace(message={"content": "ho"})])
        response.usage = {"total_tokens": 3}
        create.return_value = response
        self.assertEqual(answer("x"), ("ho", 3))

    @patch("openai.ChatCompletion.create")
    def test_class(self, create):
        create.return_value = FakeResponse("hu")
        self.assertEqual(answer("x"), ("hu", 2))

    @patch("openai.ChatCompletion.create")
    def test_dict(self, create):
        create.return_value = Attributes(choices=[Attributes(message={"content": "ha"})], usage={"total_tokens": 4})
        self.assertEqual(answer("x"), ("ha", 4))


if __name__ == "__main__":
    unittest.main(verbosity=0)
