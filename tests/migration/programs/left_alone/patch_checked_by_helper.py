import openai
from unittest import mock
def ask(q):
    return openai.ChatCompletion.create(engine="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def check(m, expected):
    for key, value in expected.items():
        assert m.call_args.kwargs[key] == value
def test_it():
    with mock.patch("openai.ChatCompletion.create") as m:
        m.return_value = {"choices": [{"message": {"content": "b"}}]}
        assert ask("q") == "b"
        check(m, {"engine": "m"})
        assert set(m.call_args.kwargs) == {"engine", "messages"}
