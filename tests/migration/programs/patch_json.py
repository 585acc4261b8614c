import json, io, unittest
from unittest.mock import patch, Mock
import openai
def ask(q):
    r = openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])
    return r["choices"][0]["message"]["content"] + str(r.get("usage", {}).get("total_tokens", 0))
class T(unittest.TestCase):
    @patch("openai.ChatCompletion.create")
    def test_json(self, m):
        m.return_value = json.load(io.StringIO('{"choices": [{"message": {"content": "j"}}]}'))
        self.assertEqual(ask("q"), "j0")
    @patch("openai.ChatCompletion.create", return_value=dict(choices=[dict(message=dict(content="k"))], usage=dict(total_tokens=2)))
    def test_kw(self, _):
        self.assertEqual(ask("q"), "k2")
    def test_fut(self):
        with patch("openai.ChatCompletion.create", Mock(side_effect=[{"choices": [{"message": {"content": "1"}}]}, ValueError("x")])):
            self.assertEqual(ask("q"), "10")
            with self.assertRaises(ValueError):
                ask("q")
if __name__ == "__main__":
    unittest.main(verbosity=0)
