import openai
import pytest
from types import SimpleNamespace
from unittest import mock

def ask(q, temperature=0):
    r = openai.ChatCompletion.create(engine="e", messages=[{"role": "user", "content": q}], temperature=temperature)
    return r["choices"][0]["message"]["content"]

class FakeChat:
    @staticmethod
    def create(**kwargs):
        assert kwargs["engine"] == "e"
        return {"choices": [{"message": {"content": "static"}}]}

class FakeChat2:
    calls = []
    @classmethod
    def create(cls, engine, messages, **kwargs):
        cls.calls.append(engine)
        return {"choices": [{"message": {"content": messages[0]["content"] + engine}}]}

def test_class(monkeypatch):
    monkeypatch.setattr(openai, "ChatCompletion", FakeChat)
    assert ask("q") == "static"

def test_class2(monkeypatch):
    monkeypatch.setattr("openai.ChatCompletion", FakeChat2)
    assert ask("q") == "qe"
    assert FakeChat2.calls == ["e"]

def test_pop(monkeypatch):
    answers = [{"choices": [{"message": {"content": "1"}}]}, {"choices": [{"message": {"content": "2"}}]}]
    monkeypatch.setattr(openai.ChatCompletion, "create", lambda **kw: answers.pop(0))
    assert [ask("q"), ask("q")] == ["1", "2"]

def test_counter(monkeypatch):
    calls = []
    def fake(*args, **kwargs):
        calls.append(kwargs)
        return {"choices": [{"message": {"content": str(len(calls))}}]}
    monkeypatch.setattr(openai.ChatCompletion, "create", fake)
    assert ask("q", 1) == "1"
    assert calls[0]["temperature"] == 1 and calls[0]["engine"] == "e"

def helper(monkeypatch, text):
    monkeypatch.setattr(openai.ChatCompletion, "create", lambda **kwargs: {"choices": [{"message": {"content": text}}]})

def test_helper(monkeypatch):
    helper(monkeypatch, "z")
    assert ask("") == "z"
