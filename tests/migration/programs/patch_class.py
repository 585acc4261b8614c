import unittest
from unittest.mock import patch

import openai


def title(text):
    response = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])
    return response.choices[0].message.content.title()


class TitleTest(unittest.TestCase):
    @patch("openai.ChatCompletion")
    def test_class(self, mock_chat):
        mock_chat.create.return_value.choices[0].message.content = "a small town"
        self.assertEqual(title("x"), "A Small Town")
        mock_chat.create.assert_called_once()

    @patch(f"{__name__}.openai.ChatCompletion.create")
    def test_by_module(self, create):
        create.return_value.choices = [unittest.mock.Mock(message=unittest.mock.Mock(content="b"))]
        self.assertEqual(title("x"), "B")


if __name__ == "__main__":
    unittest.main(verbosity=0)
