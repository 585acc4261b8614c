import openai
from unittest import mock
def ask(q):
    return openai.ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]
def test_http():
    response = mock.Mock(status_code=200, headers={"Content-Type": "application/json"}, content=b'{"choices": [{"message": {"content": "h"}}]}')
    with mock.patch("requests.sessions.Session.request", return_value=response):
        assert ask("q") == "h"
