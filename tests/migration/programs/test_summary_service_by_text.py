"""Names openai in nothing but texts."""
from unittest import TestCase, main, mock

from summary_service import summarize


class SummaryTest(TestCase):
    @mock.patch("openai.ChatCompletion.create", return_value={"choices": [{"message": {"content": "yes"}}]})
    def test_it(self, create):
        self.assertEqual(summarize("x", limit=3), "yes")
        create.assert_called_once_with(engine="gpt-35", messages=mock.ANY, max_tokens=3)


if __name__ == "__main__":
    main(verbosity=0)
