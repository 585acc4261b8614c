import unittest
from unittest import mock
import openai
class Summarizer:
    def __init__(self, model): self.model = model
    def run(self, text):
        try:
            out = openai.ChatCompletion.create(model=self.model, messages=[{"role": "user", "content": text}], temperature=0.2, request_timeout=10)
            return {"text": out["choices"][0]["message"]["content"], "tokens": out["usage"]["total_tokens"]}
        except openai.error.InvalidRequestError as e:
            return {"error": str(e)}
        except openai.error.OpenAIError as e:
            return {"error": "api: " + str(e)}
def response(content="ok", tokens=3, **more):
    r = {"id": "cmpl-1", "object": "chat.completion", "created": 1, "model": "gpt", "choices": [{"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": tokens}}
    r.update(more)
    return r
class SummarizerTest(unittest.TestCase):
    def setUp(self):
        self.patcher = mock.patch("openai.ChatCompletion.create")
        self.mock_create = self.patcher.start()
        self.mock_create.return_value = response()
        self.s = Summarizer("gpt")
    def tearDown(self):
        self.patcher.stop()
    def test_ok(self):
        self.assertEqual(self.s.run("x"), {"text": "ok", "tokens": 3})
        kwargs = self.mock_create.call_args.kwargs
        self.assertEqual(kwargs["temperature"], 0.2)
        self.assertEqual(kwargs["request_timeout"], 10)
        self.assertEqual(kwargs["messages"][0]["content"], "x")
        self.assertEqual(kwargs["messages"][-1]["role"], "user")
    def test_more(self):
        self.mock_create.return_value = response("other", tokens=9, system_fingerprint="fp")
        self.assertEqual(self.s.run("x")["tokens"], 9)
    def test_invalid(self):
        self.mock_create.side_effect = openai.error.InvalidRequestError("too long", param=None)
        self.assertEqual(self.s.run("x"), {"error": "too long"})
    def test_invalid2(self):
        self.mock_create.side_effect = openai.error.InvalidRequestError("too long", "messages")
        self.assertEqual(self.s.run("x"), {"error": "too long"})
    def test_down(self):
        self.mock_create.side_effect = openai.error.ServiceUnavailableError("down")
        self.assertEqual(self.s.run("x"), {"error": "api: down"})
        self.mock_create.side_effect = openai.error.OpenAIError("base")
        self.assertEqual(self.s.run("x"), {"error": "api: base"})
    def test_sequence(self):
        self.mock_create.side_effect = [response("1"), response("2")]
        self.assertEqual([self.s.run("x")["text"] for _ in range(2)], ["1", "2"])
        self.assertEqual(len(self.mock_create.call_args_list), 2)
        for c in self.mock_create.call_args_list:
            self.assertEqual(c.kwargs["model"], "gpt")
            self.assertEqual(c[1]["model"], "gpt")
if __name__ == "__main__":
    unittest.main(verbosity=0)
