import unittest
from unittest.mock import patch, MagicMock
import openai

class Bot:
    def __init__(self, key):
        openai.api_key = key
        self.history = []

    def chat(self, text):
        self.history.append({"role": "user", "content": text})
        response = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=self.history)
        message = response.choices[0].message
        self.history.append(message)
        return message["content"]

def fail(**kwargs):
    raise openai.error.RateLimitError(f"limit {kwargs['model']}")

class BotTest(unittest.TestCase):
    def setUp(self):
        self.bot = Bot("key")

    @patch("openai.ChatCompletion.create")
    def test_chat(self, mock_create):
        mock_create.return_value = openai.util.convert_to_openai_object({"choices": [{"message": {"role": "assistant", "content": "hello"}}]})
        self.assertEqual(self.bot.chat("hi"), "hello")
        self.assertEqual(len(self.bot.history), 2)

    @patch("openai.ChatCompletion.create", side_effect=openai.error.AuthenticationError)
    def test_class(self, mock_create):
        with self.assertRaises(openai.error.AuthenticationError):
            self.bot.chat("hi")

    @patch("openai.ChatCompletion.create", new=fail)
    def test_fail(self):
        with self.assertRaises(openai.error.RateLimitError) as caught:
            self.bot.chat("hi")
        self.assertEqual(str(caught.exception), "limit gpt-3.5-turbo")

if __name__ == "__main__":
    unittest.main(verbosity=0)
