"""Tests that put something in the place of methods of openai 0.x: what they become, and which are left alone."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check, fix
from oaklint.python.program import Program
from oaklint.source import read_source
from oaklint.source.rewrite import rewrite
from oaklint.usage.migration.migration import Migration
from oaklint.usage.usage import Usage

CHAT = "openai.resources.chat.completions.Completions.create"
ASYNC_CHAT = "openai.resources.chat.completions.AsyncCompletions.create"
ANSWER = '{"choices": [{"message": {"content": "x"}}]}'
MADE = f"ChatCompletion.construct(**{ANSWER})"
IMPORTS = "from unittest.mock import ANY, AsyncMock, MagicMock, call, patch\n"
TYPE = "from openai.types.chat import ChatCompletion\n"


def migrated(text: str) -> str | list[str]:
    """The program after its migration, or the reasons why it is left alone."""
    source = read_source("a.py", text.encode())
    migration = Migration(Usage(Program(source)))
    if migration.obstacles:
        return [obstacle.reason for obstacle in migration.obstacles]
    return rewrite(source, migration.changes).decode()


def in_test(body: str, *, head: str = "") -> str:
    rows = "".join(f"    {row}\n" if row else "\n" for row in body.splitlines())
    return f"{IMPORTS}{head}\n\ndef test(monkeypatch, mocker):\n{rows}"


TARGETS = [
    ('patch("openai.ChatCompletion.create")', f'patch("{CHAT}")'),
    ("patch('openai.ChatCompletion.create')", f"patch('{CHAT}')"),
    ('patch("app.openai.ChatCompletion.create")', f'patch("{CHAT}")'),
    ('patch("app.ChatCompletion.create")', f'patch("{CHAT}")'),
    ('patch(f"{__name__}.openai.ChatCompletion.create")', f'patch("{CHAT}")'),
    ('patch("app.llm" + ".openai.ChatCompletion.create")', f'patch("{CHAT}")'),
    ('patch("openai.api_resources.chat_completion.ChatCompletion.create")', f'patch("{CHAT}")'),
    ('mocker.patch("openai.Completion.create")', 'mocker.patch("openai.resources.completions.Completions.create")'),
    ('patch("openai.Embedding.create")', 'patch("openai.resources.embeddings.Embeddings.create")'),
    ('patch("openai.Image.create")', 'patch("openai.resources.images.Images.generate")'),
    ('patch("openai.Image.create_edit")', 'patch("openai.resources.images.Images.edit")'),
    ('patch("openai.Audio.transcribe")', 'patch("openai.resources.audio.transcriptions.Transcriptions.create")'),
    ('patch("openai.Moderation.create")', 'patch("openai.resources.moderations.Moderations.create")'),
    ('patch("openai.File.list")', 'patch("openai.resources.files.Files.list")'),
    ('patch("openai.Model.list")', 'patch("openai.resources.models.Models.list")'),
    ('patch("openai.FineTuningJob.create")', 'patch("openai.resources.fine_tuning.jobs.Jobs.create")'),
    ('patch("openai.ChatCompletion.acreate")', f'patch("{ASYNC_CHAT}", new_callable=AsyncMock)'),
    ('patch("openai.ChatCompletion.acreate", new_callable=AsyncMock)', f'patch("{ASYNC_CHAT}", new_callable=AsyncMock)'),
    ('patch("openai.Embedding.acreate")', 'patch("openai.resources.embeddings.AsyncEmbeddings.create")'),
    ('patch("openai.ChatCompletion.create", side_effect=ValueError)', f'patch("{CHAT}", side_effect=ValueError)'),
]


@pytest.mark.parametrize(("before", "after"), TARGETS)
def test_targets(before: str, after: str) -> None:
    assert migrated(in_test(before)) == in_test(after)


OWNERS = [
    ('patch.object(openai.ChatCompletion, "create")', f'patch("{CHAT}")'),
    ('mocker.patch.object(openai.ChatCompletion, "create")', f'mocker.patch("{CHAT}")'),
    (
        'patch.object(\n    openai.ChatCompletion,\n    "create",\n    side_effect=ValueError,\n)',
        f'patch(\n    "{CHAT}",\n    side_effect=ValueError,\n)',
    ),
    ('monkeypatch.setattr(openai.ChatCompletion, "create", MagicMock())', f'monkeypatch.setattr("{CHAT}", MagicMock())'),
    ('patch.object(openai.ChatCompletion, "acreate", AsyncMock())', f'patch("{ASYNC_CHAT}", AsyncMock())'),
]


@pytest.mark.parametrize(("before", "after"), OWNERS)
def test_methods_that_are_named_by_their_class(before: str, after: str) -> None:
    """The import of the SDK goes, too."""
    assert migrated(in_test(before, head="import openai\n")) == in_test(after)


ANSWERS = [
    (f"create.return_value = {ANSWER}", f"create.return_value = {MADE}"),
    (f"create.side_effect = [{ANSWER}, ValueError()]", f"create.side_effect = [{MADE}, ValueError()]"),
    (f"create.side_effect = lambda **kwargs: {ANSWER}", f"create.side_effect = lambda **kwargs: {MADE}"),
    (f"create.configure_mock(return_value={ANSWER})", f"create.configure_mock(return_value={MADE})"),
    (
        "create.return_value = dict(choices=[dict(text=1)])",
        "create.return_value = ChatCompletion.construct(**dict(choices=[dict(text=1)]))",
    ),
    (
        f"answer = {ANSWER}\ncreate.return_value = answer",
        f"answer = {ANSWER}\ncreate.return_value = ChatCompletion.construct(**answer)",
    ),
    (
        f"def made():\n    return {ANSWER}\n\ncreate.return_value = made()",
        f"def made():\n    return {ANSWER}\n\ncreate.return_value = ChatCompletion.construct(**made())",
    ),
]


@pytest.mark.parametrize(("before", "after"), ANSWERS)
def test_answers(before: str, after: str) -> None:
    old = in_test(f'create = mocker.patch("openai.ChatCompletion.create")\n{before}')
    new = in_test(f'create = mocker.patch("{CHAT}")\n{after}').replace("\n", f"\n{TYPE}", 1)
    assert migrated(old) == new


def test_functions_are_no_methods_of_the_resource() -> None:
    old = in_test(f'monkeypatch.setattr("openai.ChatCompletion.create", lambda **kwargs: {ANSWER})')
    new = in_test(f'monkeypatch.setattr("{CHAT}", staticmethod(lambda **kwargs: {MADE}))').replace("\n", f"\n{TYPE}", 1)
    assert migrated(old) == new


def test_a_function_that_answers_and_is_called_for_an_answer() -> None:
    """It answers an object, and is not asked for a dict any more."""
    old = in_test(
        f'def fake(**kwargs):\n    return {ANSWER}\n\npatch("openai.ChatCompletion.create", fake)\n'
        'patch("openai.ChatCompletion.create", return_value=fake())'
    )
    new = in_test(
        f'def fake(**kwargs):\n    return {MADE}\n\npatch("{CHAT}", staticmethod(fake))\npatch("{CHAT}", return_value=fake())'
    )
    assert migrated(old) == new.replace("\n", f"\n{TYPE}", 1)


def test_arguments_of_functions() -> None:
    old = in_test(
        'def fake(engine, request_timeout=None, **rest):\n    assert engine\n\npatch("openai.ChatCompletion.create", fake)'
    )
    new = in_test(f'def fake(model, timeout=None, **rest):\n    assert model\n\npatch("{CHAT}", staticmethod(fake))')
    assert migrated(old) == new


STAYING = [
    "create.return_value = None",
    'create.return_value = MagicMock(choices=[MagicMock(text="x")])',
    'create.return_value.choices[0].message.content = "x"',
    "create.side_effect = ValueError",
    "create.side_effect = [ValueError('x'), KeyError]",
    "create.assert_called_once()",
    "assert create.call_count == 2",
    "create.reset_mock()",
    "create.assert_called_once_with(model='m', messages=ANY)",
    "assert create.call_args.kwargs['model'] == 'm'",
]


@pytest.mark.parametrize("row", STAYING)
def test_what_stays(row: str) -> None:
    old = in_test(f'create = mocker.patch("openai.ChatCompletion.create")\n{row}')
    assert migrated(old) == in_test(f'create = mocker.patch("{CHAT}")\n{row}')


RECORDED = [
    ('create.assert_called_once_with(engine="e", request_timeout=3)', 'create.assert_called_once_with(model="e", timeout=3)'),
    ('create.assert_called_with(engine="e", api_key="k")', 'create.assert_called_with(model="e")'),
    ('create.assert_has_calls([call(engine="e")])', 'create.assert_has_calls([call(model="e")])'),
    ('assert create.call_args.kwargs["engine"] == "e"', 'assert create.call_args.kwargs["model"] == "e"'),
    ('assert create.call_args[1]["headers"] == {}', 'assert create.call_args[1]["extra_headers"] == {}'),
    ('assert create.call_args == call(engine="e")', 'assert create.call_args == call(model="e")'),
    ('assert create.call_args_list == [call(engine="e")]', 'assert create.call_args_list == [call(model="e")]'),
    ('assert create.call_args.kwargs == {"engine": "e"}', 'assert create.call_args.kwargs == {"model": "e"}'),
    ('assert "engine" in create.call_args.kwargs', 'assert "model" in create.call_args.kwargs'),
    ('_, kwargs = create.call_args\nassert kwargs.get("engine")', '_, kwargs = create.call_args\nassert kwargs.get("model")'),
]


@pytest.mark.parametrize(("before", "after"), RECORDED)
def test_recorded_arguments(before: str, after: str) -> None:
    old = in_test(f'create = mocker.patch("openai.ChatCompletion.create")\n{before}')
    assert migrated(old) == in_test(f'create = mocker.patch("{CHAT}")\n{after}')


WHOLE = [
    ('@patch("app.openai")\ndef test(sdk):\n    sdk.ChatCompletion.create.return_value = None\n', "sdk.return_value = None"),
    (
        '@patch("openai.ChatCompletion")\ndef test(chat):\n    chat.create.side_effect = ValueError\n',
        "chat.side_effect = ValueError",
    ),
]


@pytest.mark.parametrize(("before", "row"), WHOLE)
def test_mocks_of_the_module_or_of_a_class(before: str, row: str) -> None:
    parameter = row.partition(".")[0]
    assert migrated(IMPORTS + before) == f'{IMPORTS}@patch("{CHAT}")\ndef test({parameter}):\n    {row}\n'


LEFT_ALONE = [
    ('patch.multiple("openai.ChatCompletion", acreate=AsyncMock())', "what is done with the name"),
    ('patch("openai.api_requestor.APIRequestor.request")', "what is done with the name"),
    ('patch("openai.Edit.create")', "`openai.Edit.create` has no successor"),
    ('patch("openai.ChatCompletion.create", unknown)', "what it is replaced by cannot be followed"),
    ('patch("openai.ChatCompletion.create", return_value=unknown())', "what it answers cannot be followed"),
    ('patch("openai.ChatCompletion")', "which method it is for cannot be seen"),
    ('patch("openai.File.download", return_value=b"x")', "answers has another form"),
    ('create = mocker.patch("openai.ChatCompletion.create")\ncheck(create)', "what is done with the mock"),
    (
        'create = mocker.patch("openai.ChatCompletion.create")\ncheck(create.call_args.kwargs, "engine")',
        "`engine` may be looked for among the arguments here",
    ),
    (
        'create = mocker.patch("openai.ChatCompletion.create")\nassert create.call_args.args[0] == "x"',
        "arguments are given by their names since 1.0",
    ),
    (
        'create = mocker.patch("openai.ChatCompletion.create", autospec=True)\ncreate.assert_called_with(model="m")',
        "a method with a specification",
    ),
    (
        'create = mocker.patch("openai.ChatCompletion.create")\ncreate.return_value["id"] = 1',
        "the answer is read by its attributes since 1.0",
    ),
    (
        f'answer = {ANSWER}\ncreate = mocker.patch("openai.ChatCompletion.create", return_value=answer)\nanswer["id"] = 1',
        "the answer is changed after it has been handed over",
    ),
    (
        f'def fake(**kwargs):\n    return {ANSWER}\n\npatch("openai.ChatCompletion.create", fake)\npatch("openai.Completion.create", fake)',
        "it answers for different methods",
    ),
    (
        f'def fake(**kwargs):\n    return {ANSWER}\n\npatch("openai.ChatCompletion.create", fake)\nassert fake()["choices"]',
        "what answers in the place of a method is called here, too",
    ),
    ('monkeypatch.setattr(app, "openai", MagicMock())\npatch("openai.Model.list")', "the module openai itself is replaced"),
    ('patch("openai.ChatCompletion.create")\nmonkeypatch.setattr("openai.api_key", "k")', "it is for the client to have"),
    ('patch("openai.ChatCompletion.create")\npatch("requests.Session.request")', "requests of openai are not sent by"),
    (
        'patch("openai.ChatCompletion.create")\npatch.dict("sys.modules", {"openai": None})',
        "the module openai itself is replaced",
    ),
]


@pytest.mark.parametrize(("body", "reason"), LEFT_ALONE)
def test_what_is_left_alone(body: str, reason: str) -> None:
    reasons = migrated(in_test(body))
    assert isinstance(reasons, list)
    assert any(reason in each for each in reasons), reasons


def test_a_test_of_another_file_is_found_and_carried_over() -> None:
    """It names openai in nothing but a text."""
    text = in_test(f'mocker.patch("app.openai.ChatCompletion.create", return_value={ANSWER})').encode()
    settings = Settings(select=("OAK203",))
    (found,) = check("test_app.py", text, settings)
    assert "A test replaces `openai.ChatCompletion.create`" in found.message
    assert CHAT.encode() in fix("test_app.py", text, settings, unsafe=False).data


@pytest.mark.parametrize(
    "text",
    [
        in_test('patch("app.openai")'),
        in_test('print("openai.ChatCompletion.create")'),
        in_test(f'patch("{CHAT}")'),
        in_test('monkeypatch.setattr("openai.api_key", "k")'),
        in_test('monkeypatch.setattr(openai, "api_key", "k")', head="import openai\n"),
        in_test('patch("app.File.create")\npatch("app.models.Model.list")'),
    ],
)
def test_what_is_nothing_of_0_x(text: str) -> None:
    assert migrated(text) == text
