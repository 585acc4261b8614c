import pytest
import openai
from unittest.mock import patch, MagicMock, AsyncMock
from openai import ChatCompletion

def ask(q):
    return ChatCompletion.create(model="m", messages=[{"role": "user", "content": q}])["choices"][0]["message"]["content"]

@pytest.fixture
def create():
    with patch.object(ChatCompletion, "create") as m:
        m.return_value = {"choices": [{"message": {"content": "fx"}}]}
        yield m

def test_a(create):
    assert ask("q") == "fx"
    create.assert_called_once()
    args, kwargs = create.call_args
    assert kwargs["model"] == "m"
    assert create.call_args[1]["messages"] == [{"role": "user", "content": "q"}]
    assert create.mock_calls[0].kwargs["model"] == "m"

def test_b(mocker):
    resp = mocker.Mock()
    resp.choices = [mocker.Mock()]
    m = mocker.patch("openai.ChatCompletion.create", return_value={"choices": [{"message": {"content": "k"}}]})
    assert ask("q") == "k"
    assert m.call_args_list[0][1]["model"] == "m"

async def aask(q):
    r = await openai.ChatCompletion.acreate(model="m", messages=[{"role": "user", "content": q}])
    return r.choices[0].message.content

async def test_async(monkeypatch):
    mock_acreate = AsyncMock()
    mock_acreate.return_value.choices = [MagicMock()]
    mock_acreate.return_value.choices[0].message.content = "as"
    monkeypatch.setattr("openai.ChatCompletion.acreate", mock_acreate)
    assert await aask("q") == "as"
    mock_acreate.assert_awaited_once_with(model="m", messages=[{"role": "user", "content": "q"}])
