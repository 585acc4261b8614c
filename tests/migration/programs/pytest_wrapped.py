import openai, pytest
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def test_spy(monkeypatch):
    calls = []
    original = openai.ChatCompletion.create
    def wrapped(*args, **kwargs):
        calls.append(kwargs)
        return original(*args, **kwargs)
    monkeypatch.setattr(openai.ChatCompletion, "create", wrapped)
    assert "hello" in ask("hello")
    assert calls[0]["model"] == "m"
def test_context(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", classmethod(lambda cls, **kw: {"choices": [{"message": {"content": "cm"}}]}))
    assert ask("") == "cm"
