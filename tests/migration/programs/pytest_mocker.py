import openai
import pytest


class Assistant:
    def __init__(self, model="gpt-3.5-turbo"):
        self.model = model

    def reply(self, text):
        result = openai.ChatCompletion.create(model=self.model, messages=[{"role": "user", "content": text}])
        return result["choices"][0]["message"]["content"]


@pytest.fixture
def answer():
    return {"choices": [{"message": {"content": "fine"}}]}


@pytest.fixture
def create(mocker, answer):
    return mocker.patch("openai.ChatCompletion.create", return_value=answer)


def test_reply(create):
    assert Assistant().reply("How are you?") == "fine"
    create.assert_called_once_with(model="gpt-3.5-turbo", messages=[{"role": "user", "content": "How are you?"}])


def test_other_answer(create):
    create.return_value = {"choices": [{"message": {"content": "bad"}}]}
    assert Assistant("gpt-4").reply("And you?") == "bad"
    assert create.call_args.kwargs["model"] == "gpt-4"


def test_object(mocker):
    patched = mocker.patch.object(openai.ChatCompletion, "create")
    patched.return_value = mocker.MagicMock(choices=[mocker.MagicMock(message={"content": "mocked"})])
    patched.return_value.choices[0].message = {"content": "set later"}
    # The method reads by subscripts, which a MagicMock answers, too.
    assert patched.call_count == 0


def test_raising(mocker):
    mocker.patch("openai.ChatCompletion.create", side_effect=ValueError("no"))
    with pytest.raises(ValueError):
        Assistant().reply("x")
