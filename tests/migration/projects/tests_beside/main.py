import os
import unittest
from unittest.mock import patch
import openai
import service

class T(unittest.TestCase):
    @patch("service.openai.ChatCompletion.create")
    def test_title(self, create):
        create.return_value = {"choices": [{"message": {"content": "a tale"}}]}
        self.assertEqual(service.title("x"), "A Tale")
        self.assertEqual(create.call_args[1]["model"], "gpt-4")

result = unittest.main(exit=False, argv=["x"]).result
print(result.testsRun, len(result.failures), len(result.errors))
openai.api_key = os.environ["TEAM_KEY"]
openai.api_base = os.environ["API_BASE"]
print(service.title("who"))
