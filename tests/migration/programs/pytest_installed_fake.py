import pytest
import openai

def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]

GOOD = {"choices": [{"message": {"content": "good"}}]}
BAD = {"choices": [{"message": {"content": "bad"}}]}
ANSWERS = {"good": GOOD, "bad": BAD}

@pytest.fixture
def fake_openai(monkeypatch):
    def install(kind):
        monkeypatch.setattr(openai.ChatCompletion, "create", lambda **kwargs: ANSWERS[kind])
    return install

def test_a(fake_openai):
    fake_openai("good")
    assert ask("q") == "good"

def test_raise(monkeypatch):
    def boom(**kwargs):
        raise RuntimeError("boom")
    monkeypatch.setattr(openai.ChatCompletion, "create", boom)
    with pytest.raises(RuntimeError):
        ask("q")
