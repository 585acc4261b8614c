import openai
from unittest import mock
FAKE = {"choices": [{"message": {"content": "x"}}]}
def raw(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])
def test_eq():
    with mock.patch("openai.ChatCompletion.create", return_value=FAKE):
        assert raw("q") == FAKE
        assert FAKE == raw("q")
        assert raw("q") != {}
        assert raw("q") is not None
        answer = raw("q")
        assert answer["choices"] == FAKE["choices"]
        assert answer != None
