import openai
from unittest.mock import patch
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def fake(**kwargs):
    return {"choices": [{"message": {"content": "f"}}]}
def test_fake(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", fake)
    assert ask("") == "f"
def test_value():
    with patch("openai.ChatCompletion.create", return_value=fake()):
        assert ask("") == "f"
