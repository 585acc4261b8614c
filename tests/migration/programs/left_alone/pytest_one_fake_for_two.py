import openai, pytest
from unittest import mock
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def complete(q):
    return openai.Completion.create(model="m", prompt=q)["choices"][0]["text"]
def both(**kwargs):
    return {"choices": [{"message": {"content": "b"}, "text": "b"}]}
def test_both(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", both)
    monkeypatch.setattr(openai.Completion, "create", both)
    assert ask("") == complete("") == "b"
