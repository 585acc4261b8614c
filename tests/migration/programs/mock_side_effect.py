import unittest
from unittest.mock import patch

import openai
from openai.error import RateLimitError


def ask(prompt):
    try:
        return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": prompt}])["choices"][0]["message"]["content"]
    except RateLimitError:
        return "busy"


class AskTest(unittest.TestCase):
    def test_busy(self):
        with patch("openai.ChatCompletion.create", side_effect=RateLimitError("slow down")):
            self.assertEqual(ask("x"), "busy")

    def test_answer(self):
        with patch("openai.ChatCompletion.create") as create:
            create.return_value = {"choices": [{"message": {"content": "yes"}}]}
            self.assertEqual(ask("x"), "yes")


if __name__ == "__main__":
    unittest.main()
