import unittest
from unittest.mock import patch

import openai

import summary_service
from summary_service import safe_summary, summarize

TARGET = "summary_service.openai.ChatCompletion.create"


def reply(text):
    return {"choices": [{"message": {"content": text}}]}


class SummaryTest(unittest.TestCase):
    @patch("summary_service.openai.ChatCompletion.create")
    def test_strips(self, create):
        create.return_value = reply(" short ")
        self.assertEqual(summarize("long"), "short")
        self.assertEqual(create.call_args.kwargs["engine"], "gpt-35")
        self.assertEqual(create.call_args.kwargs["max_tokens"], 20)

    @patch(TARGET, side_effect=[openai.error.RateLimitError("slow down"), reply("now")])
    def test_busy(self, create):
        self.assertEqual(safe_summary("x"), "busy: slow down")
        self.assertEqual(safe_summary("x"), "now")

    def test_object(self):
        with patch.object(summary_service.openai.Moderation, "create", return_value={"results": [{"flagged": True}]}):
            self.assertTrue(summary_service.flagged("x"))

    @patch("summary_service.openai")
    def test_module(self, mock_openai):
        mock_openai.ChatCompletion.create.return_value = reply("mocked")
        self.assertEqual(summarize("x"), "mocked")
        mock_openai.ChatCompletion.create.assert_called_once()


if __name__ == "__main__":
    unittest.main(verbosity=0)
