import unittest
from unittest.mock import patch
import openai
def raw(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])
class T(unittest.TestCase):
    @patch("openai.ChatCompletion.create")
    def test_eq(self, m):
        m.return_value = {"choices": [{"message": {"content": "c"}}]}
        self.assertEqual(raw("q"), {"choices": [{"message": {"content": "c"}}]})
        self.assertIs(raw("q"), m.return_value)
if __name__ == "__main__":
    unittest.main(verbosity=0)
