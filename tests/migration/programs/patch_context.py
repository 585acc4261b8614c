"""Classifies tickets. The tests stand below."""
import unittest
from unittest.mock import ANY, patch

import openai


def classify(ticket: str) -> str:
    response = openai.ChatCompletion.create(
        engine="gpt-35",
        messages=[{"role": "user", "content": "Classify: " + ticket}],
        request_timeout=3,
    )
    usage = response["usage"]["total_tokens"]
    return f'{response["choices"][0]["message"]["content"]} ({usage})'


ANSWER = {
    "choices": [{"message": {"role": "assistant", "content": "billing"}}],  # as short as can be
    "usage": {"total_tokens": 7},
}


def make_answer(text, tokens=1):
    return {"choices": [{"index": 0, "message": {"content": text}}], "usage": {"total_tokens": tokens}}


class ClassifyTest(unittest.TestCase):
    def test_constant(self):
        with patch("openai.ChatCompletion.create", return_value=ANSWER) as create:
            self.assertEqual(classify("I paid twice"), "billing (7)")
        create.assert_called_once_with(engine="gpt-35", messages=ANY, request_timeout=3)
        self.assertEqual(ANSWER["usage"]["total_tokens"], 7)

    def test_helper(self):
        with patch.object(
            openai.ChatCompletion, "create", side_effect=[make_answer("a"), make_answer("b", tokens=2)]
        ) as create:
            self.assertEqual([classify("1"), classify("2")], ["a (1)", "b (2)"])
        self.assertEqual(create.call_count, 2)

    def test_built_up(self):
        answer = {}
        answer["choices"] = [{"message": {"content": "late"}}]
        answer["usage"] = {"total_tokens": 0}
        with patch("openai.ChatCompletion.create") as create:
            create.return_value = answer
            assert classify("x") == "late (0)"
            _, kwargs = create.call_args
            assert kwargs["engine"] == "gpt-35"
            assert "request_timeout" in kwargs


if __name__ == "__main__":
    unittest.main(verbosity=0)
