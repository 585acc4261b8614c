"""What names and expressions stand for, and what they evaluate to."""

from __future__ import annotations

import textwrap

import pytest

from oaklint.python import cst
from oaklint.python.names import Resolver
from oaklint.python.parse import parse
from oaklint.python.positions import locate
from oaklint.python.scopes import Scope
from oaklint.python.tree import Tree, Walk
from oaklint.python.values import UNKNOWN, Values


def _seen(program: str) -> tuple[Resolver, list[cst.BaseExpression]]:
    """A resolver for the program, and the arguments of its calls of `see`, in order."""
    tree = Tree(Walk([parse(textwrap.dedent(program))], Scope("module", None, None)))
    calls = [node for node in tree.nodes[cst.Call] if isinstance(node, cst.Call)]
    return Resolver(tree), [call.args[0].value for call in calls if isinstance(call.func, cst.Name) and call.func.value == "see"]


@pytest.mark.parametrize(
    ("program", "names"),
    [
        ("import openai\nsee(openai.chat)", {"openai.chat"}),
        ("import openai as o\nsee(o.chat)", {"openai.chat"}),
        ("import os.path\nsee(os.environ)", {"os.environ"}),
        ("from a.b import c as d\nsee(d.e)", {"a.b.c.e"}),
        ("from ..a import b\nsee(b)", {"..a.b"}),
        ("from a import *\nsee(b)", {"?"}),
        ("see(print)", {"builtins.print"}),
        ("import a\nsee(a.B().c)", {"a.B().c"}),
        ("import a\nx = a.B()\ny = x\nsee(y.c())", {"a.B().c()"}),
        ("import a\nx = a.b\nx = 1\nsee(x)", {"builtins.int()"}),
        ("import a\nif p:\n    x = a.b\nelse:\n    x = a.c\nsee(x)", {"a.b", "a.c"}),
        ("import a\nx = a.b if p else a.c\nsee(x)", {"a.b", "a.c"}),
        ("import a\ndef f(a):\n    see(a.b)\nf", {"?.b"}),
        ("import a\ndef f(x: a.B):\n    see(x)", {"a.B()"}),
        ("import a\nfrom typing import Optional\ndef f(x: Optional[a.B] = None):\n    see(x)", {"a.B()"}),
        ("import a\ndef f(x: 'a.B | None'):\n    see(x)", {"?"}),
        ("import a\ndef f(x: 'a.B'):\n    see(x)", {"a.B()"}),
        ("import a\ndef f(x):\n    see(x)\nf(a.b)\nf(x=a.c)", {"a.b", "a.c"}),
        ("import a\ndef f():\n    return a.B()\nsee(f().c)", {"a.B().c"}),
        ("import a\nwith a.B() as x:\n    see(x)", {"a.B()"}),
        ("import a\nfor x in (a.b, a.c):\n    see(x)", {"a.b", "a.c"}),
        ("import a\nif (x := a.b):\n    see(x)", {"a.b"}),
        ("import a\nasync def f():\n    see(await a.b())", {"a.b()"}),
        ("import a\ntry:\n    pass\nexcept a.E as e:\n    see(e)", {"a.E()"}),
        ("import a\nx, y = a.b, a.c\nsee(y)", {"a.c"}),
        ("def f():\n    global x\n    import a as x\nsee(x)", {"a"}),
        ("import a\nclass C:\n    a = 1\n    def m(self):\n        see(a.b)", {"a.b"}),
        (
            "import a\nclass C:\n    def __init__(self):\n        self.x = a.B()\n    def m(self):\n        see(self.x.c)",
            {"a.B().c"},
        ),
        ("import a\nclass C:\n    x = a.B()\n    @classmethod\n    def m(cls):\n        see(cls.x)", {"a.B()"}),
        (
            "import a\nclass B:\n    def __init__(self):\n        self.x = a.b\nclass C(B):\n    def m(self):\n        see(self.x)",
            {"a.b"},
        ),
        ("import a\nclass C:\n    @property\n    def x(self):\n        return a.b\nsee(C().x)", {"a.b"}),
        ("import a\nclass C:\n    def m(self):\n        return a.b\nsee(C().m())", {"a.b"}),
        (
            "import a\nclass B:\n    children, x = a.b, None\nclass C(B):\n    pass\nsee(B().children or B().x)",
            {"a.b", "builtins.None"},
        ),
        ("import a, b\nb.state.x = a.c\nsee(b.state.x)", {"a.c"}),
        ("import a\nxs = [a.b for a in c]\nsee(a)", {"a"}),
        ("x = x\nsee(x)", {"?"}),
        ("def f():\n    return f()\nsee(f())", {"?"}),
        ("import a\ndel a\nsee(a.b)", {"?.b"}),
    ],
)
def test_names(program: str, names: set[str]) -> None:
    resolver, (expression,) = _seen(program)
    assert resolver.names(expression) == names


@pytest.mark.parametrize(
    ("program", "value"),
    [
        ("see('a' 'b')", "ab"),
        ("see('a' + \"b\" * 2)", "abb"),
        ("x = 'a'\nsee(f'{x}{1}b')", "a1b"),
        ("see('%s-%s' % ('a', 'b'))", "a-b"),
        ("see('{}{}'.format('a', 'b'))", "ab"),
        ("see(''.join(['a', 'b']))", "ab"),
        ("see('cba'[::-1])", "abc"),
        ("import base64\nsee(base64.b64decode('YWI=').decode())", "ab"),
        ("see(' a '.strip())", "a"),
        ("class C:\n    x = 'a'\nsee(C.x)", "a"),
        ("see((1, 2))", (1, 2)),
        ("see(frozenset({1}))", (1,)),
        ("see(3 * 4 - 2)", 10),
        ("see(b'a' + b'b')", b"ab"),
        ("see(f'a{x}b')", UNKNOWN),
        ("x = 'a'\nx = 'b'\nif p:\n    x = 'c'\nsee(x)", UNKNOWN),
        ("see('a' * 10 ** 9)", UNKNOWN),
        ("see('%9999999s' % 'a')", UNKNOWN),
        ("see('a' + 1)", UNKNOWN),
        ("x = x + 'a'\nsee(x)", UNKNOWN),
        ("x = 'a'\ny = x + x\nz = y + y\nsee(z)", "aaaa"),
        ("see([1] * 3)", (1, 1, 1)),
        ("see(9 // 2 - 1)", 3),
        ("see('a%sb' % 'c')", "acb"),
        ("see(9 // 0)", UNKNOWN),
        ("see(1_000_000_007 ** 2)", UNKNOWN),
        ("x = 10 ** 100\nsee(x * x)", UNKNOWN),
        ("see((1, 2) * 10 ** 9)", UNKNOWN),
        ("see('%*d' % (10 ** 9, 1))", UNKNOWN),
    ],
)
def test_values(program: str, value: object) -> None:
    resolver, (expression,) = _seen(program)
    assert Values(resolver).value(expression) == value


@pytest.mark.parametrize(
    ("program", "alternatives"),
    [
        ("see(KeyError)", [{"builtins.KeyError"}]),
        ("see((KeyError, ValueError))", [{"builtins.KeyError", "builtins.ValueError"}]),
        ("E = (KeyError,) + (ValueError,)\nsee(E)", [{"builtins.KeyError", "builtins.ValueError"}]),
        ("see(KeyError if p else ValueError)", [{"builtins.KeyError"}, {"builtins.ValueError"}]),
        ("try:\n    from a import E\nexcept ImportError:\n    E = Exception\nsee(E)", [{"a.E"}]),
        ("try:\n    from a import E\nexcept ImportError:\n    from b import E\nsee(E)", [{"a.E"}, {"b.E"}]),
        ("from a import E\nif p:\n    E = Exception\nsee(E)", [{"a.E"}, {"builtins.Exception"}]),
        ("try:\n    from a import E\nexcept ImportError:\n    E = None\nsee(E)", [{"a.E"}]),
        (
            "E = KeyError\nif p:\n    E = ValueError\nsee((E, OSError))",
            [{"builtins.KeyError", "builtins.OSError"}, {"builtins.ValueError", "builtins.OSError"}],
        ),
        ("see(make())", [{"builtins.make()"}]),
    ],
)
def test_alternatives(program: str, alternatives: list[set[str]]) -> None:
    """The sets of classes, of which a clause names one."""
    resolver, (expression,) = _seen(program)
    found = resolver.clauses.alternatives(expression)
    assert found == {frozenset(classes) for classes in alternatives}
    assert resolver.clauses.caught(expression) == frozenset().union(*found)


@pytest.mark.parametrize(
    "text",
    [
        "x = see  ( 1 )\n",
        "\x0cx = see(1)\n\x0c\n",
        "try:\n    pass\nexcept E : see(1)\n",
        "'\U0001f511'; see(1)\r\n",
        "if a :\r    see(1)\r",
        "(\n  # comment\n  see(1))\n",
    ],
)
def test_positions(text: str) -> None:
    """The place of a node in the text, although the parser loses form feeds and some blanks."""
    root = parse(text)
    call = next(node for node in Tree(Walk([root], Scope("module", None, None))).nodes[cst.Call])
    start, end = locate(root, text, [call])[call]
    assert "".join(text[start:end].split()) == "see(1)"
