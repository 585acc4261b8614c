import pytest, openai
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
class MockResponse:
    def __init__(self, content):
        self.content = content
    def to_dict(self):
        return {"choices": [{"message": {"content": self.content}}]}
class Message(dict):
    def __init__(self, content):
        super().__init__(content=content)
        self.content = content
def mock_create(*args, **kwargs):
    return MockResponse("x").to_dict()
def test_a(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", mock_create)
    assert ask("") == "x"
def make(text):
    def inner(**kwargs):
        return dict(choices=[dict(message=dict(content=text))])
    return inner
def test_b(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", make("y"))
    assert ask("") == "y"
def test_c(monkeypatch):
    class Fake:
        def create(self, **kwargs):
            return {"choices": [{"message": {"content": "fake"}}]}
    monkeypatch.setattr(openai, "ChatCompletion", Fake())
    assert ask("") == "fake"
