import json, unittest
from unittest.mock import patch
import openai

def functions(q):
    r = openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}], functions=[{"name": "f", "parameters": {}}])
    m = r["choices"][0]["message"]
    if m.get("function_call"):
        return json.loads(m["function_call"]["arguments"])
    return m["content"]

def edit():
    return openai.Image.create_edit(image=b"x", prompt="p")["data"][0]["url"]

def files():
    return [f["id"] for f in openai.File.list()["data"]]

def job(i):
    return openai.FineTuningJob.retrieve(i)["status"]

def upload(f):
    return openai.File.create(file=f, purpose="fine-tune")["id"]

class T(unittest.TestCase):
    @patch("openai.ChatCompletion.create")
    def test_f(self, m):
        m.return_value = {"choices": [{"message": {"role": "assistant", "content": None, "function_call": {"name": "f", "arguments": json.dumps({"a": 1})}}}]}
        self.assertEqual(functions("q"), {"a": 1})
    @patch("openai.FineTuningJob.retrieve", return_value={"status": "ok"})
    @patch("openai.File.list", return_value={"data": [{"id": "f1"}]})
    @patch("openai.File.create", return_value={"id": "f2"})
    def test_files(self, create, list_, retrieve):
        self.assertEqual(files(), ["f1"])
        self.assertEqual(upload(b"x"), "f2")
        self.assertEqual(job("j"), "ok")
        retrieve.assert_called_once_with("j")
        create.assert_called_once_with(file=b"x", purpose="fine-tune")
    def test_edit(self):
        with patch("openai.Image.create_edit") as m:
            m.return_value = {"data": [{"url": "u"}]}
            self.assertEqual(edit(), "u")
if __name__ == "__main__":
    unittest.main(verbosity=0)
