"""Where methods and types stand in the package, as a table: held against the real packages, and against what a test can do there."""

from __future__ import annotations

import pytest

from oaklint.sdk import answers
from oaklint.sdk.resources import IMPORTABLE, is_seen_as_async, resource_class, types_of
from tests.proofs.environments import Environment
from tests.test_sdk_facts import CURRENT, ask

PATHS = sorted(answers.ANSWERED_PATHS)

# Replaces each method on its class, and calls it as a client does.
REPLACED = """if True:
    import json, openai, operator, pkgutil
    from unittest import mock
    clients, told = (openai.OpenAI(), openai.AsyncOpenAI()), []
    for path, *classes in {rows!r}:
        for client, cls in zip(clients, classes):
            owner, _, method = path.rpartition(".")
            assert type(operator.attrgetter(owner)(client)) is pkgutil.resolve_name(cls), cls
            ask = operator.attrgetter(path)
            with mock.patch(cls + "." + method) as double:
                ask(client)(model="m")
                double.assert_called_once_with(model="m")
                told.append([path, type(double).__name__])
            with mock.patch(cls + "." + method, staticmethod(lambda **given: given)):
                assert ask(client)(model="m") == {{"model": "m"}}
    print(json.dumps(told))
"""


@CURRENT
def test_methods_are_replaced_where_clients_look_for_them(environment: Environment) -> None:
    rows = []
    for path in PATHS:
        owner = path.rpartition(".")[0]
        rows.append((path, resource_class(owner, is_async=False), resource_class(owner, is_async=True)))
    told = ask(environment, REPLACED.format(rows=rows))
    for index, path in enumerate(PATHS):
        assert told[2 * index] == [path, "MagicMock"]
        assert told[2 * index + 1] == [path, "AsyncMock" if is_seen_as_async(path) else "MagicMock"]


@CURRENT
@pytest.mark.parametrize("is_async", [False, True])
def test_types_can_be_made_of_nothing(environment: Environment, is_async: bool) -> None:
    made = {name: types_of(name, is_async=is_async) for name in sorted(IMPORTABLE)}
    program = f"""if True:
        import json, pkgutil
        made = {made!r}
        for names in made.values():
            types = [pkgutil.resolve_name(name) for name in names]
            (types[0] if len(types) == 1 else types[0][types[1]]).construct(**{{}})
        print(json.dumps(len(made)))
        """
    assert ask(environment, program) == len(IMPORTABLE)


@CURRENT
def test_what_is_made_holds_objects(environment: Environment) -> None:
    """Dicts inside become objects, what is missing is None, and what is an object already stays as it is."""
    program = """if True:
        import json
        from unittest import mock
        from openai.pagination import SyncPage
        from openai.types import Model
        from openai.types.chat import ChatCompletion
        made = ChatCompletion.construct(**{"choices": [{"message": {"content": "x"}}]})
        double = mock.MagicMock()
        page = SyncPage[Model].construct(**{"data": [{"id": "m"}]})
        print(json.dumps([
            made.choices[0].message.content, made.usage, made.to_dict(), page.data[0].id,
            ChatCompletion.construct(choices=[double]).choices[0] is double,
        ]))
        """
    assert ask(environment, program) == ["x", None, {"choices": [{"message": {"content": "x"}}]}, "m", True]


def test_every_answer_can_be_made() -> None:
    found = (answers.answer(path) for path in PATHS)
    types = {each for answer in found if answer is not None for each in (answer.type, answer.chunk) if each}
    assert types <= IMPORTABLE
