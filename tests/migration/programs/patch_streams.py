import unittest
from unittest import mock

import openai

CHUNKS = [
    {"choices": [{"delta": {"role": "assistant"}}]},
    {"choices": [{"delta": {"content": "Hel"}}]},
    {"choices": [{"delta": {"content": "lo"}}]},
    {"choices": [{"delta": {}, "finish_reason": "stop"}]},
]


def collect(prompt):
    text = ""
    for chunk in openai.ChatCompletion.create(
        model="gpt-4", messages=[{"role": "user", "content": prompt}], stream=True
    ):
        delta = chunk["choices"][0]["delta"]
        if "content" in delta:
            text += delta["content"]
    return text


def fake_stream(**kwargs):
    assert kwargs["stream"]
    for word in ["a", "b"]:
        yield {"choices": [{"delta": {"content": word}}]}


class CollectTest(unittest.TestCase):
    def test_constant(self):
        with mock.patch("openai.ChatCompletion.create", return_value=CHUNKS):
            self.assertEqual(collect("x"), "Hello")

    def test_iterator(self):
        with mock.patch("openai.ChatCompletion.create") as create:
            create.return_value = iter([{"choices": [{"delta": {"content": "1"}}]}, {"choices": [{"delta": {"content": "2"}}]}])
            self.assertEqual(collect("x"), "12")

    def test_generator(self):
        with mock.patch("openai.ChatCompletion.create", side_effect=fake_stream):
            self.assertEqual(collect("x"), "ab")

    def test_comprehension(self):
        answer = [{"choices": [{"delta": {"content": word}}]} for word in "xyz"]
        with mock.patch("openai.ChatCompletion.create", return_value=answer):
            self.assertEqual(collect("x"), "xyz")

    def test_iter(self):
        with mock.patch("openai.ChatCompletion.create") as create:
            create.return_value.__iter__.return_value = [{"choices": [{"delta": {"content": "q"}}]}]
            self.assertEqual(collect("x"), "q")


if __name__ == "__main__":
    unittest.main(verbosity=0)
