import unittest
from unittest.mock import patch, MagicMock
import openai
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def prepare(create, text):
    create.return_value = {"choices": [{"message": {"content": text}}]}
def expect(create, **kwargs):
    create.assert_called_with(**kwargs)
class T(unittest.TestCase):
    @patch("openai.ChatCompletion.create", autospec=True)
    def test_auto(self, m):
        m.return_value = {"choices": [{"message": {"content": "c"}}]}
        self.assertEqual(ask("q"), "c")
        m.assert_called_once()
    @patch("openai.ChatCompletion.create")
    def test_helper(self, m):
        prepare(m, "p")
        self.assertEqual(ask("q"), "p")
    def test_mock(self):
        with patch("openai.ChatCompletion.create", MagicMock(return_value={"choices": [{"message": {"content": "d"}}]})) as m:
            self.assertEqual(ask("q"), "d")
            m.assert_called_once_with(model="m", messages=[{"role": "user", "content": "q"}])
    @classmethod
    def setUpClass(cls):
        cls.patcher = patch("openai.Completion.create", **{"return_value": {"choices": [{"text": "t"}]}})
    def test_patcher(self):
        m = self.patcher.start()
        try:
            self.assertEqual(openai.Completion.create(model="x", prompt="y")["choices"][0]["text"], "t")
        finally:
            self.patcher.stop()
if __name__ == "__main__":
    unittest.main(verbosity=0)
