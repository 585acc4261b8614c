import unittest
from unittest import mock

import openai


def summarize(text):
    response = openai.ChatCompletion.create(
        model="gpt-3.5-turbo",
        messages=[{"role": "user", "content": "Summarize: " + text}],
    )
    return response["choices"][0]["message"]["content"].strip()


class SummarizeTest(unittest.TestCase):
    @mock.patch("openai.ChatCompletion.create")
    def test_summarize(self, create):
        create.return_value = {"choices": [{"message": {"role": "assistant", "content": " short "}}]}
        self.assertEqual(summarize("long"), "short")
        create.assert_called_once()
        self.assertEqual(create.call_args.kwargs["model"], "gpt-3.5-turbo")

    def test_real(self):
        self.assertIn("Summarize: x", summarize("x"))


if __name__ == "__main__":
    unittest.main()
