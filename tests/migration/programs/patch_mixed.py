import unittest
from contextlib import ExitStack
from unittest.mock import patch, MagicMock, Mock
import openai as ai
from openai.error import RateLimitError, Timeout

def log(x): print(x)

def ask(q):
    try:
        r = ai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": q}])
    except RateLimitError as e:
        return "rate " + str(e)
    except Timeout:
        return "timeout"
    except ai.error.APIConnectionError:
        return "connection"
    return r["choices"][0]["message"]["content"]

@patch("openai.ChatCompletion.create")
class T(unittest.TestCase):
    @patch(__name__ + ".log")
    def test_a(self, log_, create):
        create.return_value = {"choices": [{"message": {"content": "a"}}]}
        self.assertEqual(ask("x"), "a")

    def test_b(self, create):
        create.side_effect = RateLimitError("too many")
        self.assertEqual(ask("x"), "rate too many")

    def test_c(self, create):
        create.side_effect = Timeout("slow")
        self.assertEqual(ask("x"), "timeout")

    def test_d(self, create):
        create.side_effect = ai.error.APIConnectionError("gone")
        self.assertEqual(ask("x"), "connection")

class U(unittest.TestCase):
    def test_stack(self):
        with ExitStack() as stack:
            create = stack.enter_context(patch.object(ai.ChatCompletion, "create"))
            create.return_value = {"choices": [{"message": {"content": "s"}}]}
            self.assertEqual(ask("x"), "s")

    def test_two(self):
        with patch("openai.ChatCompletion.create") as create, patch(f"{__name__}.log") as l:
            create.return_value = {"choices": [{"message": {"content": "s2"}}]}
            self.assertEqual(ask("x"), "s2")
            l.assert_not_called()

if __name__ == "__main__":
    unittest.main(verbosity=0)
