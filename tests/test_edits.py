"""The vocabulary of fixes: each change made in the style of the file around it, or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from oaklint.python import cst
from oaklint.python.edits import Changes, Editor, Unfixable
from oaklint.python.moving import moved_above
from oaklint.python.program import Program
from oaklint.source import read_source
from oaklint.source.rewrite import rewrite


def _program(text: str) -> Program:
    return Program(read_source("a.py", text.encode()))


def _changed(text: str, change: Callable[[Editor, Program], Changes]) -> str:
    program = _program(text)
    return rewrite(program.source, change(Editor(program), program)).decode()


def _last(program: Program, node_type: type[cst.CSTNode]) -> cst.CSTNode:
    return program.tree.nodes[node_type][-1]


def _argument(text: str) -> str:
    def change(editor: Editor, program: Program) -> Changes:
        call = next(node for node in program.tree.nodes[cst.Call] if isinstance(node, cst.Call))
        return editor.add_argument(call, "new=1")

    return _changed(text, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f((a,))", "f(b)"),
        ("f(( (a,) ))", "f(b)"),
        ("f((\n    a,\n))", "f(b)"),
        ("x = (a,)if c else d", "x = (b)if c else d"),
        ("f((a,  # why\n))", "f((b  # why\n))"),
    ],
)
def test_with_the_parentheses(before: str, after: str) -> None:
    def change(editor: Editor, program: Program) -> Changes:
        node = _last(program, cst.Tuple)
        assert isinstance(node, cst.Tuple)
        return (editor.replace_whole(node, "b"),)

    assert _changed(before, change) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f('x ' + a.b)", "f(a.b)"),
        ("f(('x ' + a.b))", "f(a.b)"),
        ("f('x ' + (a or b))", "f(a or b)"),
        ("f('x ' + (a or b), c)", "f(a or b, c)"),
        ("('x ' + (a or b)) and c", "(a or b) and c"),
        ("'x ' + (a or b) and c", "(a or b) and c"),
        ("'x ' + (a.b) and c", "a.b and c"),
        ("f('x ' + (k := a))", "f((k := a))"),
        ("f(('x ' + (k := a)))", "f((k := a))"),
        ("k = 'x ' + (yield)", "k = (yield)"),
        ("k = 'x ' + (a, b)", "k = (a, b)"),
        ("k = 'x ' + (\n    a\n    or b\n)", "k = (\n    a\n    or b\n)"),
        ("f('x ' + (\n    # why\n    a\n    or b\n))", None),
        ("f('x '  # why\n  + a)", None),
        ("f('x ' + a(\n  b,  # why\n))", "f(a(\n  b,  # why\n))"),
    ],
)
def test_a_part_in_place_of_the_whole(before: str, after: str | None) -> None:
    def change(editor: Editor, program: Program) -> Changes:
        node = _last(program, cst.BinaryOperation)
        assert isinstance(node, cst.BinaryOperation)
        return (editor.replace_by(node, node.right),)

    if after is not None:
        assert _changed(before, change) == after
    else:
        with pytest.raises(Unfixable):
            _changed(before, change)


@pytest.mark.parametrize(
    ("text", "outside"),
    [
        ("f\"{a['b']}\"; 'it\\'s'", 'a["b"]'),
        ("f\"{a['b']}\"; 'c'; 'd'; \"e\"", "a['b']"),
        ("f'{a[\"b\"]}'; 'c'; 'd'", "a['b']"),
        ('f"""{f(x=f\'{a["b"]}\')}"""; \'c\'; \'d\'', 'a["b"]'),
        ("f\"{a['b'] + '''c'''}\"", "a['b'] + '''c'''"),
    ],
)
def test_the_quotes_outside_of_an_f_string(text: str, outside: str) -> None:
    program = _program(text)
    inside, string = program.tree.nodes[cst.FormattedStringExpression][-1], program.tree.nodes[cst.FormattedString][-1]
    assert isinstance(inside, cst.FormattedStringExpression)
    assert Editor(program).text_outside(inside.expression, string) == outside


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(new=1)"),
        ("f(  )", "f(  new=1)"),
        ("f(a)", "f(a, new=1)"),
        ("f(a,)", "f(a, new=1,)"),
        ("f((a))", "f((a), new=1)"),
        ("f(**a)", "f(**a, new=1)"),
        ("f(a, b=2)  # why", "f(a, b=2, new=1)  # why"),
        ("f(\n    a,\n    b,\n)", "f(\n    a,\n    b,\n    new=1,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b,\n    new=1\n)"),
        ("f(\n\ta,  # one\n\tb,  # two\n)", "f(\n\ta,  # one\n\tb,  # two\n\tnew=1,\n)"),
        ("f(\n    a,\n    b  # two\n)", "f(\n    a,\n    b,  # two\n    new=1\n)"),
        ("f(\r\n    a,\r\n    b\r\n)\r\n", "f(\r\n    a,\r\n    b,\r\n    new=1\r\n)\r\n"),
        ("f(a,\n  b)", "f(a,\n  b,\n  new=1)"),
        ("f(\n    a, b\n)", "f(\n    a, b, new=1\n)"),
    ],
)
def test_arguments(before: str, after: str) -> None:
    assert _argument(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(old=1)", "f()"),
        ("f( old=1, )", "f()"),
        ("f(\n    old=1,\n)", "f()"),
        ("f(\r\n    old=1\r\n)", "f()"),
        ("f(\n    # why\n    old=1,\n)", "f(\n    # why\n)"),
        ("f(\n    old=1,  # why\n)", "f(\n    # why\n)"),
        ("f(old=1, a=2)", "f(a=2)"),
        ("f(\n    a,\n    old=1,\n)", "f(\n    a,\n)"),
    ],
)
def test_an_argument_taken_away(before: str, after: str) -> None:
    def change(editor: Editor, program: Program) -> Changes:
        call = _last(program, cst.Call)
        assert isinstance(call, cst.Call)
        return (editor.remove_argument(call, next(arg for arg in call.args if arg.keyword and arg.keyword.value == "old")),)

    assert _changed(before, change) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a()\n# why\nb()\n", "a()\nnew\n# why\nb()\n"),
        ("# file\nb()\n", "# file\nnew\nb()\n"),
        ("a()\n@c\ndef b(): pass\n", "a()\nnew\n@c\ndef b(): pass\n"),
        ("a()\n# why\n@c\n@d\nclass b:\n    pass\n", "a()\nnew\n# why\n@c\n@d\nclass b:\n    pass\n"),
    ],
)
def test_a_statement_before_another(before: str, after: str) -> None:
    assert _changed(before, lambda editor, program: (editor.insert_statement(program.tree.roots[0].body[-1], "new"),)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a()\nb()", "a()\nnew\nb()"),
        ("a()", "a()\nnew"),
        ("a()  # why\r\n", "a()  # why\r\nnew\r\n"),
        ("a(\n  1\n)", "a(\n  1\n)\nnew"),
    ],
)
def test_a_statement_behind_another(before: str, after: str) -> None:
    def change(editor: Editor, program: Program) -> Changes:
        return (editor.insert_statement(program.tree.roots[0].body[0], "new", behind=True),)

    assert _changed(before, change) == after


def test_no_argument_beside_a_bare_generator() -> None:
    with pytest.raises(Unfixable):
        _argument("f(x for x in y)")


def _reference(text: str, name: str = "openai.AuthenticationError") -> str:
    """The program with the name `HERE` replaced by a reference."""

    def change(editor: Editor, program: Program) -> Changes:
        here = next(node for node in program.tree.nodes[cst.Name] if isinstance(node, cst.Name) and node.value == "HERE")
        reference = editor.reference(name, here)
        return *reference.changes, editor.replace(here, reference.text)

    return _changed(text, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import openai\nHERE", "import openai\nopenai.AuthenticationError"),
        ("import openai as sdk\nHERE", "import openai as sdk\nsdk.AuthenticationError"),
        ("import openai.types\nHERE", "import openai.types\nopenai.AuthenticationError"),
        ("from openai import AuthenticationError as E\nHERE", "from openai import AuthenticationError as E\nE"),
        (
            "import openai\nfrom openai import OpenAI\nHERE",
            "import openai\nfrom openai import OpenAI\nopenai.AuthenticationError",
        ),
        ("from openai import OpenAI\nHERE", "from openai import AuthenticationError, OpenAI\nAuthenticationError"),
        (
            "from openai import APIError, OpenAI\nHERE",
            "from openai import APIError, AuthenticationError, OpenAI\nAuthenticationError",
        ),
        (
            "from openai import OpenAI, APIError\nHERE",
            "from openai import OpenAI, APIError, AuthenticationError\nAuthenticationError",
        ),
        ("from openai import (OpenAI)\nHERE", "from openai import (AuthenticationError, OpenAI)\nAuthenticationError"),
        (
            "from openai import (\n    APIError,  # one\n    OpenAI,\n)\nHERE",
            "from openai import (\n    APIError,  # one\n    AuthenticationError,\n    OpenAI,\n)\nAuthenticationError",
        ),
        (
            "from openai import APIError, \\\n    OpenAI\nHERE",
            "from openai import APIError, \\\n    AuthenticationError, OpenAI\nAuthenticationError",
        ),
        (
            "import os; from openai import OpenAI\nHERE",
            "import os; from openai import AuthenticationError, OpenAI\nAuthenticationError",
        ),
        # The name means something else here, or may.
        (
            "from openai import OpenAI\nfrom anthropic import AuthenticationError\nHERE",
            "import openai\nfrom openai import OpenAI\nfrom anthropic import AuthenticationError\nopenai.AuthenticationError",
        ),
        (
            "from openai import OpenAI\ndef f(AuthenticationError):\n    HERE",
            "import openai\nfrom openai import OpenAI\ndef f(AuthenticationError):\n    openai.AuthenticationError",
        ),
        # What an import inside a function brings in is known there only.
        (
            "def f():\n\tfrom openai import OpenAI\n\tHERE",
            "def f():\n\tfrom openai import AuthenticationError, OpenAI\n\tAuthenticationError",
        ),
        (
            "from openai.types import Model\nclass A:\n    def f(self):\n        HERE",
            "import openai\nfrom openai.types import Model\nclass A:\n    def f(self):\n        openai.AuthenticationError",
        ),
        (
            "#!/usr/bin/python\nfrom openai.types import X\nHERE",
            "#!/usr/bin/python\nimport openai\nfrom openai.types import X\nopenai.AuthenticationError",
        ),
    ],
)
def test_references(before: str, after: str) -> None:
    assert _reference(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "HERE",
        "HERE\nimport openai",
        "import openai\nopenai = None\nHERE",
        "try:\n    import openai\nexcept ImportError:\n    openai = None\nHERE",
        "if TYPE_CHECKING:\n    import openai\nHERE",
        "def g():\n    import openai\ndef f():\n    HERE",
        "import openai\ndef f(openai):\n    HERE",
        "from . import openai\nHERE",
        "from openai import *\nfrom openai.types import X\nHERE",
    ],
)
def test_no_reference(text: str) -> None:
    """There is no import that has certainly run, or its name is taken."""
    with pytest.raises(Unfixable):
        _reference(text)


def test_other_names() -> None:
    assert (
        _reference("import openai\nHERE", "openai.error.AuthenticationError") == "import openai\nopenai.error.AuthenticationError"
    )
    assert _reference("from openai import error\nHERE", "openai.error.E") == "from openai import error\nerror.E"
    assert _reference("from openai.error import A\nHERE", "openai.error.E") == "from openai.error import A, E\nE"


def _clause(text: str) -> str:
    def change(editor: Editor, program: Program) -> Changes:
        handler = _last(program, cst.ExceptHandler)
        assert isinstance(handler, cst.ExceptHandler)
        return (editor.insert_clause(handler, "except E", "raise"),)

    return _changed(text, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("try:\n  f()\nexcept A:\n  g()\n", "try:\n  f()\nexcept E:\n  raise\nexcept A:\n  g()\n"),
        ("try:\r\n\tf()\r\nexcept A:\r\n\tg()", "try:\r\n\tf()\r\nexcept E:\r\n\traise\r\nexcept A:\r\n\tg()"),
        ("try: f()\nexcept A: g()", "try: f()\nexcept E: raise\nexcept A: g()"),
        ("try:\n    f()\n# why\nexcept A:\n    g()", "try:\n    f()\nexcept E:\n    raise\n# why\nexcept A:\n    g()"),
        ("try:\n    f()\n    # why\nexcept A:\n    g()", "try:\n    f()\n    # why\nexcept E:\n    raise\nexcept A:\n    g()"),
        ("try:\n    f()\nexcept (\n    A,\n):\n    g()", "try:\n    f()\nexcept E:\n    raise\nexcept (\n    A,\n):\n    g()"),
    ],
)
def test_clauses(before: str, after: str) -> None:
    assert _clause(before) == after


def test_a_clause_that_is_not_there_to_the_letter() -> None:
    """The parser's tree does not hold the blank before the colon: what else does it not hold?"""
    with pytest.raises(Unfixable):
        _clause("try:\n    f()\nexcept A :\n    g()")


def _moved(text: str) -> str:
    """The last clause moved before the first one."""

    def change(editor: Editor, program: Program) -> Changes:
        first, *_, last = program.tree.nodes[cst.ExceptHandler]
        return editor.move([last], before=first)

    return _changed(text, change)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("try:\n    f()\nexcept A:\n    a()\nexcept B:\n    b()\n", "try:\n    f()\nexcept B:\n    b()\nexcept A:\n    a()\n"),
        ("try:\n    f()\nexcept A:\n    a()\nexcept B:\n    b()", "try:\n    f()\nexcept B:\n    b()\nexcept A:\n    a()"),
        ("try: f()\r\nexcept A: a()\r\nexcept B: b()", "try: f()\r\nexcept B: b()\r\nexcept A: a()"),
        (
            "try:\n    f()\n# a\nexcept A:\n    a()\n    # still a\n# b\nexcept B:\n    b()\n    # still b\n# on\nelse:\n    c()\n",
            "try:\n    f()\n# b\nexcept B:\n    b()\n    # still b\n# a\nexcept A:\n    a()\n    # still a\n# on\nelse:\n    c()\n",
        ),
        (
            'try:\n    f()\nexcept A:\n    a()\nexcept B:\n    b("""\n# text\n""")\n\n\nc()\n',
            'try:\n    f()\nexcept B:\n    b("""\n# text\n""")\nexcept A:\n    a()\n\n\nc()\n',
        ),
    ],
)
def test_moved_clauses(before: str, after: str) -> None:
    assert _moved(before) == after


def test_a_magic_is_not_passed() -> None:
    cell = "try:\n    f()\nexcept A:\n    !ls\nexcept B:\n    b()"
    data = f'{{"cells": [{{"cell_type": "code", "metadata": {{}}, "outputs": [], "source": {cell!r}}}]}}'.replace("'", '"')
    program = Program(read_source("a.ipynb", data.encode()))
    first, last = program.tree.nodes[cst.ExceptHandler]
    with pytest.raises(Unfixable):
        Editor(program).move([last], before=first)


def _above(text: str) -> list[int] | None:
    """The rows that are moved with the call of `late` above the line of `early()`."""
    program = _program(text)
    calls = {
        call.func.value: call
        for call in program.tree.nodes[cst.Call]
        if isinstance(call, cst.Call) and isinstance(call.func, cst.Name)
    }
    lines = moved_above(
        calls["late"], calls["early"], program.resolver, lambda node: isinstance(node, cst.Name) and node.value == "disturbs"
    )
    return None if lines is None else [span.cell.lines.location(span.start).row for span in program.spans(lines).values()]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("early()\nlate()", [2]),
        ("x = 1\nearly()\nprint(2)\nlate(x)", [4]),
        ("def f():\n    early()\n    late()", [3]),
        ("early()\nimport a\nfrom b import c\nlate(a.d, c)", [2, 3, 4]),
        ("early()\ndef f(): pass\nlate()", [3]),
        ("early()\nx.a = 1\nlate(y.a)", [3]),
        ("early()\nx = 1\nlate(x=2)", [3]),
    ],
)
def test_a_line_that_may_run_earlier(text: str, rows: list[int]) -> None:
    assert _above(text) == rows


@pytest.mark.parametrize(
    "text",
    [
        "late()\nearly()",
        "x = early()\nlate(x)",
        "early()\nx = 1\nlate(x)",
        "x = []\nearly()\nx.append(1)\nlate(x)",
        "early()\nimport a; b = a.c\nlate(a)",
        "early()\ntry:\n    import a\nexcept ImportError:\n    pass\nlate(a)",
        "early()\nif x:\n    exit()\nlate()",
        "def f():\n    early()\n    return\n    late()",
        "early()\nassert x\nlate()",
        "if x:\n    early()\nlate()",
        "early()\nif x:\n    late()",
        "early()\ndisturbs\nlate()",
        "def g(): return x\nearly()\nx = 1\nlate(g())",
        "async def f():\n    early()\n    await late()",
        "early()\nwith x: pass\nlate()",
        "early()\nprint(x)\nx = late()",
    ],
)
def test_a_line_that_may_not(text: str) -> None:
    assert _above(text) is None
