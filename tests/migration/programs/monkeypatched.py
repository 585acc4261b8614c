import openai


def answer(q):
    r = openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": q}])
    return r["choices"][0]["message"]["content"]


def fake_create(**kwargs):
    return {"choices": [{"message": {"content": "fake for " + kwargs["model"]}}]}


def test_answer(monkeypatch):
    monkeypatch.setattr(openai.ChatCompletion, "create", fake_create)
    assert answer("x") == "fake for gpt-4"


def test_answer_by_name(monkeypatch):
    monkeypatch.setattr("openai.ChatCompletion.create", lambda **kw: {"choices": [{"message": {"content": "42"}}]})
    assert answer("x") == "42"


if __name__ == "__main__":
    print(answer("for real"))
