import openai
from unittest.mock import patch
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
@patch("openai.ChatCompletion.create", return_value={"choices": [{"message": {"content": "deco"}}]})
def test_deco(create):
    assert ask("") == "deco"
    assert create.called and not create.call_count > 1
class TestThings:
    ANSWER = {"choices": [{"message": {"content": "cls"}}]}
class Recorder:
    def __init__(self, text):
        self.text, self.calls = text, []
    def __call__(self, **kwargs):
        self.calls.append(kwargs)
        return {"choices": [{"message": {"content": self.text}}]}
    def create(self, **kwargs):
        return self(**kwargs)
def test_recorder(monkeypatch):
    rec = Recorder("r")
    monkeypatch.setattr(openai.ChatCompletion, "create", rec)
    assert ask("") == "r"
    assert rec.calls[0]["model"] == "m"
def test_method(monkeypatch):
    rec = Recorder("s")
    monkeypatch.setattr(openai.ChatCompletion, "create", rec.create)
    assert ask("") == "s"
