import openai, sys
from types import SimpleNamespace
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def fake(**kw):
    return {"choices": [{"message": {"content": "ns"}}]}
def test_ns(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "openai", SimpleNamespace(ChatCompletion=SimpleNamespace(create=fake)))
    assert ask("") == "ns"
