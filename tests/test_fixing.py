"""The engine's care with fixes, whatever a rule may ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from oaklint.engine import Fixed, Settings, check, fix
from oaklint.python import cst
from oaklint.python.edits import Editor, Unfixable
from oaklint.python.tree import walk
from oaklint.rules import Finding, Repair, all_rules
from oaklint.usage import Usage

TEXT = """\
import openai

try:
    openai.OpenAI().models.list()
except openai.AuthenticationError:
    raise
"""
Fix = Callable[[Editor], Repair | None]
Offering = Callable[..., Fixed]


@pytest.fixture
def fixed(monkeypatch: pytest.MonkeyPatch) -> Offering:
    """What comes of a text where OAK404 reports every `try` and offers that fix for it."""

    def fixed(offered: Callable[[cst.CSTNode], Fix], text: str = TEXT) -> Fixed:
        def visit(node: cst.CSTNode, usage: Usage) -> Iterator[Finding]:
            yield Finding(node, "No: do it", fix=offered(node))

        rule = next(rule for rule in all_rules() if rule.code == "OAK404")
        monkeypatch.setitem(vars(rule), "visitors", {"Try": visit})
        return fix("a.py", text.encode(), Settings(select=("OAK404",)), unsafe=True)

    return fixed


def test_a_fix_that_breaks_the_file(fixed: Offering) -> None:
    result = fixed(lambda node: lambda editor: Repair("safe", "Break it", (editor.insert_statement(node, "((("),)))
    assert result.data == TEXT.encode()
    assert (result.fixed, len(result.remaining)) == ((), 1)
    assert result.error == "the file is left as it was: a fix would break it"


def test_a_fix_that_breaks_the_file_is_left_out(fixed: Offering) -> None:
    """The others are made, those that have to wait for it, too."""
    text = TEXT + "".join(f"\ntry:\n    f({number})\nfinally:\n    pass\n" for number in (1, 2, 1, 3))

    def offered(node: cst.CSTNode) -> Fix:
        call = next(part for part in walk(node) if isinstance(part, cst.Call))

        def repair(editor: Editor) -> Repair | None:
            new = {"1": "0", "2": "0(", "3": "1"}.get(editor.text(call.args[0]) if call.args else "")
            return Repair("safe", "Do it", (editor.replace(call.args[0], new),)) if new else None

        return repair

    result = fixed(offered, text)
    assert result.data.decode() == text.replace("f(1)", "f(0)").replace("f(3)", "f(0)")
    assert (len(result.fixed), len([item for item in result.remaining if item.fix])) == (4, 1)
    assert result.error == "fixed but for OAK404 in line 13: a fix would break it"
    assert "+    f(0)\n" in result.diff


def test_the_same_import_is_made_once(fixed: Offering) -> None:
    text = TEXT + "\ntry:\n    a()\nfinally:\n    pass\nb = 1\ntry:\n    b()\nfinally:\n    pass\n"

    def offered(node: cst.CSTNode) -> Fix:
        def repair(editor: Editor) -> Repair | None:
            call = next(part for part in walk(node) if isinstance(part, cst.Call))
            if not isinstance(call.func, cst.Name):
                return None  # it is done
            try:
                changes = editor.reference("os.environ", node).changes
            except Unfixable:
                changes = (editor.insert_statement(node, "import os"),)
            return Repair("safe", "Do it", (*changes, editor.replace(call.func, "os.environ")))

        return repair

    result = fixed(offered, text)
    assert (result.error, len(result.fixed), result.data.count(b"import os\n")) == (None, 2, 1)


def test_a_fix_that_never_ends(fixed: Offering) -> None:
    result = fixed(lambda node: lambda editor: Repair("safe", "Again", (editor.insert_statement(node, "print()"),)))
    assert result.data == TEXT.encode()
    assert result.error == "the file is left as it was: its fixes do not come to an end"


def test_a_fix_for_display_is_never_made(fixed: Offering) -> None:
    result = fixed(lambda node: lambda editor: Repair("display", "Think", (editor.insert_statement(node, "print()"),)))
    assert (result.data, result.error, result.fixed) == (TEXT.encode(), None, ())
    assert [item.fix.applicability for item in result.remaining if item.fix] == ["display"]


def test_no_fix_where_none_can_be_made(fixed: Offering) -> None:
    def unfixable(editor: Editor) -> Repair | None:
        raise Unfixable

    for offered in (unfixable, lambda editor: None, lambda editor: Repair("safe", "Nothing", ())):
        result = fixed(lambda node, offered=offered: offered)
        assert (result.data, [item.fix for item in result.remaining]) == (TEXT.encode(), [None])


def test_changes_that_overlap_are_no_fix(fixed: Offering) -> None:
    def twice(node: cst.CSTNode) -> Fix:
        assert isinstance(node, cst.Try)
        handler = node.handlers[0]
        assert handler.type is not None
        types = handler.type
        return lambda editor: Repair("safe", "Twice", (editor.replace(types, "A"), editor.replace(types, "B")))

    assert [item.fix for item in fixed(twice).remaining] == [None]


def test_what_is_not_shown_is_not_worked_out(fixed: Offering, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def note(editor: Editor) -> Repair | None:
        asked.append("asked")
        return None

    fixed(lambda node: note)
    assert asked == ["asked"]
    silenced = TEXT.replace("try:", "try:  # noqa")
    assert check("a.py", silenced.encode(), Settings(select=("OAK404",))) == []
    assert check("a.py", TEXT.encode(), Settings(select=("OAK401",))) == []
    assert asked == ["asked"]


def test_two_fixes_that_meet_are_made_one_after_the_other() -> None:
    """Both want to add the same name to the same import."""
    loop = "\n\ndef f{0}():\n    while True:\n        try:\n            OpenAI().models.list()\n        except Exception:\n            pass\n"
    text = "from openai import OpenAI\n" + "".join(loop.format(number) for number in range(3))
    result = fix("a.py", text.encode(), Settings(), unsafe=True)
    assert (result.error, len(result.fixed), result.remaining) == (None, 3, ())
    assert result.data.decode().startswith("from openai import AuthenticationError, OpenAI\n\n")
    assert result.data.decode().count("        except AuthenticationError:\n            raise\n") == 3
