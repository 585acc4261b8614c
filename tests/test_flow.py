"""The control-flow graph: which statement leads where, and why.

A program is written down as text, and its graph as lines `a -> b`, with the kind of the edge in the arrow unless control simply
goes on: `a -true-> b`. Statements and conditions stand for themselves; of a compound statement there is the header's first line.
`in`, `out` and `up` are the entry and the ways out by return and by exception. Copies of a `finally` body are told apart by `'`.
Joins, which run nothing, are left out: an edge through one goes on to what follows, for both reasons. So is what is never reached.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent

import pytest

from oaklint.python import cst
from oaklint.python.flow import Block, Edge, Graph, GraphTooLarge, Kind, TooManyStates, reaches, search
from oaklint.python.parse import parse
from oaklint.python.scopes import CodeUnit, Scope
from oaklint.python.tree import Tree, Walk


def graph_of(code: str, function: str | None = None) -> Graph:
    """The graph of the module, or of the function (or the one lambda) of that name in it."""
    tree = Tree(Walk((parse(dedent(code)),), Scope("module", None, None)))
    units: list[cst.CSTNode] = [*tree.nodes[cst.FunctionDef], *tree.nodes[cst.Lambda]]
    named: dict[str, CodeUnit] = {getattr(node, "name", cst.Name("lambda")).value: node for node in units}  # type: ignore[misc]
    return Graph(tree, named[function] if function is not None else None)


def labels(graph: Graph) -> dict[Block, str]:
    """What each block that runs something is called."""
    found = {graph.entry: "in", graph.returned: "out", graph.raised: "up"}
    for block in graph.blocks:
        if block.node is not None:
            text = cst.Module([]).code_for_node(block.node).strip().split("\n")[0]
            while text in found.values():
                text += "'"
            found[block] = text
    return found


def lines(graph: Graph, kinds: set[Kind]) -> set[str]:
    """The edges whose kinds are asked for, those through joins as one."""
    names = labels(graph)

    def ends(edge: Edge, passed: tuple[Kind, ...] = ()) -> Iterator[tuple[Block, tuple[Kind, ...]]]:
        passed = passed if edge.kind is Kind.NEXT else (*passed, edge.kind)
        if edge.target in names:
            yield edge.target, passed
        else:
            for onward in edge.target.edges:
                yield from ends(onward, passed)

    found = set()
    for block, name in names.items():
        if reaches([graph.entry], [block]):
            for edge in block.edges:
                if edge.kind in kinds:
                    for target, passed in ends(edge):
                        why = " ".join(kind.name.lower() for kind in passed)
                        found.add(f"{name} -{why}-> {names[target]}" if why else f"{name} -> {names[target]}")
    return found


def ways(code: str, function: str | None = None) -> set[str]:
    """All edges but those on which a statement raises."""
    return lines(graph_of(code, function), set(Kind) - {Kind.RAISE})


def raises(code: str, function: str | None = None) -> set[str]:
    return lines(graph_of(code, function), {Kind.RAISE})


def told(text: str) -> set[str]:
    """The edges of paths such as `in -> a -true-> b -> out`, a line each."""
    found = set()
    for line in text.strip().split("\n"):
        steps = re.split(r" (-(?:[a-z ]+-)?>) ", line.strip())
        found |= {" ".join(steps[index : index + 3]) for index in range(0, len(steps) - 2, 2)}
    return found


WAYS = {
    "statements": """
        a
        b = c
        =>
        in -> a -> b = c -> out
    """,
    "if with branches": """
        if a:
            b
        elif c:
            d
        else:
            e
        f
        =>
        in -> a -true-> b -> f -> out
        a -false-> c -true-> d -> f
        c -false-> e -> f
    """,
    "if without else": """
        if a:
            b
        c
        =>
        in -> a -true-> b -> c -> out
        a -false-> c
    """,
    "conditions taken apart": """
        if a and not (b or c):
            d
        e
        =>
        in -> a -true-> b -true-> e -> out
        a -false-> e
        b -false-> c -true-> e
        c -false-> d -> e
    """,
    "constant conditions": """
        if True:
            a
        else:
            b
        while 1:
            c
        d
        =>
        in -> True -true-> a -> while 1: -> 1 -true-> c -again-> while 1:
    """,
    "walrus": """
        if (a := b) and c:
            d
        =>
        in -> (a := b) -true-> c -true-> d -> out
        (a := b) -false-> out
        c -false-> out
    """,
    "while with else": """
        while a:
            if b:
                continue
            if c:
                break
            d
        else:
            e
        f
        =>
        in -> while a: -> a -true-> b -true-> continue -again-> while a:
        a -false-> e -> f -> out
        b -false-> c -true-> break -> f
        c -false-> d -again-> while a:
    """,
    "for with else": """
        for a in b:
            if c:
                break
        else:
            d
        e
        =>
        in -> b -> for a in b: -true-> c -true-> break -> e -> out
        for a in b: -false-> d -> e
        c -false again-> for a in b:
    """,
    "loop that ends in a condition": """
        while a:
            if b:
                c
        =>
        in -> while a: -> a -true-> b -true-> c -again-> while a:
        a -false-> out
        b -false again-> while a:
    """,
    "match": """
        match a:
            case 1:
                b
            case c if d:
                e
            case _:
                f
        g
        =>
        in -> a -> case 1: -true-> b -> g -> out
        case 1: -false-> case c if d: -true-> d -true-> e -> g
        d -false-> case _: -true-> f -> g
    """,
    "match that may fit nothing": """
        match a:
            case 1:
                b
        c
        =>
        in -> a -> case 1: -true-> b -> c -> out
        case 1: -false-> c
    """,
    "assert": """
        assert a, b
        c
        =>
        in -> a -true-> c -> out
        a -false-> assert a, b
    """,
    "raise": """
        if a:
            raise b
        c
        =>
        in -> a -true-> raise b
        a -false-> c -> out
    """,
    "comprehension": """
        a = [b for c in d]
        e
        =>
        in -> [b for c in d] -> a = [b for c in d] -> e -> out
        in -> a = [b for c in d]
        [b for c in d] -again-> [b for c in d]
    """,
    "class": """
        class A:
            b = c

            def d(self):
                e

        f
        =>
        in -> class A: -> b = c -> def d(self): -> f -> out
    """,
    "with": """
        with a as b:
            c
        d
        =>
        in -> a as b -> c -> d -> out
        a as b' -catch-> d
        a as b' -miss-> up
    """,
    "with at the end of a loop": """
        while a:
            with b:
                c
        d
        =>
        in -> while a: -> a -true-> b -> c -again-> while a:
        a -false-> d -> out
        b' -catch again-> while a:
        b' -miss-> up
    """,
    "try, clauses and else": """
        try:
            a
        except B:
            c
        except D:
            e
        else:
            f
        g
        =>
        in -> a -> f -> g -> out
        c -> g
        e -> g
        except B: -catch-> c
        except B: -miss-> except D: -catch-> e
        except D: -miss-> up
    """,
    "bare except": """
        try:
            a
        except B:
            c
        except:
            d
        e
        =>
        in -> a -> e -> out
        c -> e
        d -> e
        except B: -catch-> c
        except B: -miss-> except: -catch-> d
    """,
    "except star": """
        try:
            a
        except* B:
            c
        d
        =>
        in -> a -> d -> out
        c -> d
        except* B: -catch-> c
        except* B: -miss-> up
    """,
    "finally": """
        try:
            a
        finally:
            b
        c
        =>
        in -> a -> b' -> c -> out
        b -miss-> up
    """,
    "finally that ends in a condition": """
        try:
            a
        finally:
            if b:
                c
        d
        =>
        in -> a -> b' -true-> c' -> d -> out
        b' -false-> d
        b -false miss-> up
        b -true-> c -miss-> up
    """,
    "clauses and finally": """
        try:
            a
        except B:
            raise
        except C:
            d
        finally:
            e
        =>
        in -> a -> e' -> out
        d -> e'
        e -miss-> up
        except B: -catch-> raise
        except B: -miss-> except C: -catch-> d
        except C: -miss-> e
    """,
    "nested try": """
        try:
            try:
                a
            except B:
                c
        except D:
            e
        =>
        in -> a -> out
        c -> out
        e -> out
        except B: -catch-> c
        except B: -miss-> except D: -catch-> e
        except D: -miss-> up
    """,
    "continue through finally": """
        while a:
            try:
                continue
            finally:
                b
        =>
        in -> while a: -> a -true-> continue -> b' -again-> while a:
        a -false-> out
    """,
    "break through finally": """
        for a in b:
            try:
                break
            finally:
                c
        d
        =>
        in -> b -> for a in b: -true-> break -> c' -> d -> out
        for a in b: -false-> d
    """,
    "break in finally": """
        for a in b:
            try:
                c
            finally:
                break
        d
        =>
        in -> b -> for a in b: -true-> c -> break' -> d -> out
        for a in b: -false-> d
        break -> d
    """,
    "return through finally": """
        def f():
            try:
                return a
            except B:
                c
            finally:
                d
            e
        =>
        in -> return a -> d' -> out
        c -> d'' -> e -> out
        d -miss-> up
        except B: -catch-> c
        except B: -miss-> d
    """,
    "returns share a finally": """
        def f():
            try:
                if a:
                    return b
                return c
            finally:
                d
        =>
        in -> a -true-> return b -> d' -> out
        a -false-> return c -> d'
        d -miss-> up
    """,
    "return through two finallys": """
        def f():
            try:
                try:
                    return a
                finally:
                    b
            finally:
                c
        =>
        in -> return a -> b' -> c' -> out
        b -miss-> c -miss-> up
    """,
    "return in finally": """
        def f():
            while a:
                try:
                    b
                finally:
                    return c
            d
        =>
        in -> while a: -> a -true-> b -> return c' -> out
        a -false-> d -> out
        return c -> out
    """,
    "async forms": """
        async def f():
            async with a as b:
                async for c in d:
                    await e
            return g
        =>
        in -> a as b -> d -> async for c in d: -true-> await e -again-> async for c in d: -false-> return g -> out
        a as b' -catch-> return g
        a as b' -miss-> up
    """,
    "generator": """
        def f():
            try:
                yield a
            except B:
                return
        =>
        in -> yield a -> out
        except B: -catch-> return -> out
        except B: -miss-> up
    """,
    "nested functions": """
        def f():
            def g():
                return a

            b = lambda: c
            return g
        =>
        in -> def g(): -> b = lambda: c -> return g -> out
    """,
    "body of a lambda": """
        a = lambda b: c and [d for d in b]
        =>
        in -> [d for d in b] -> c and [d for d in b] -> out
        in -> c and [d for d in b]
        [d for d in b] -again-> [d for d in b]
    """,
}


@pytest.mark.parametrize("case", WAYS.values(), ids=WAYS)
def test_ways(case: str) -> None:
    code, expected = dedent(case).split("=>")
    unit = "f" if "def f" in code else "lambda" if case is WAYS["body of a lambda"] else None
    assert ways(code, unit) == told(expected)


RAISES = {
    "nothing around": """
        a
        pass
        if b:
            c
        =>
        a -raise-> up
        b -raise-> up
        c -raise-> up
    """,
    "try: the first clause is asked; clauses, else and what follows are not guarded": """
        try:
            a
        except B:
            c
        except D:
            e
        else:
            f
        g
        =>
        a -raise-> except B:
        c -raise-> up
        e -raise-> up
        f -raise-> up
        g -raise-> up
    """,
    "finally guards the clauses, too": """
        try:
            a
        except B:
            raise
        finally:
            d
        =>
        a -raise-> except B:
        raise -raise-> d
        d -raise-> up
        d' -raise-> up
    """,
    "an exception in a clause goes to the try around": """
        try:
            try:
                a
            except B:
                c
        except D:
            e
        =>
        a -raise-> except B:
        c -raise-> except D:
        e -raise-> up
    """,
    "the end of the innermost with": """
        with a, b:
            c
        d
        =>
        a, -raise-> up
        b -raise-> a,'
        c -raise-> b'
        d -raise-> up
    """,
    "a return that raises is caught; one that runs a finally is past it": """
        def f():
            try:
                return a
            except B:
                c
            finally:
                d
        =>
        return a -raise-> except B:
        c -raise-> d
        d -raise-> up
        d' -raise-> up
        d'' -raise-> up
    """,
    "a loop asks its iterable for each item": """
        try:
            for a in b:
                c
        except D:
            e
        =>
        b -raise-> except D:
        for a in b: -raise-> except D:
        c -raise-> except D:
        e -raise-> up
    """,
}


@pytest.mark.parametrize("case", RAISES.values(), ids=RAISES)
def test_raises(case: str) -> None:
    code, expected = dedent(case).split("=>")
    assert raises(code, "f" if "def f" in code else None) == told(expected)


def named(graph: Graph, label: str) -> Block:
    return next(block for block, name in labels(graph).items() if name == label)


@pytest.mark.parametrize(
    ("first", "second", "dominates"),
    [
        ("a", "d", True),
        ("a", "out", True),
        ("b", "d", False),
        ("b", "c", True),
        ("c", "b", False),
        ("d", "d", True),
    ],
)
def test_dominance(first: str, second: str, dominates: bool) -> None:
    graph = graph_of("""
        if a:
            b
            c
        d
    """)
    assert graph.dominates(named(graph, first), named(graph, second)) is dominates


def test_what_stands_behind_a_jump_is_not_reached() -> None:
    graph = graph_of("""
        while True:
            try:
                break
            finally:
                a
            b
        c
    """)
    reached = {label for label in ("a", "a'", "b", "c") if reaches([graph.entry], [named(graph, label)])}
    assert reached == {"a'", "c"}


def test_a_node_is_evaluated_in_every_copy_of_its_finally() -> None:
    code = """
        def f():
            try:
                if a:
                    return b
                c
            finally:
                d(e)
    """
    graph = graph_of(code, "f")
    inner = next(node for node in graph._tree.nodes[cst.Name] if isinstance(node, cst.Name) and node.value == "e")
    assert [labels(graph)[block] for block in graph.blocks_of(inner)] == ["d(e)", "d(e)'", "d(e)''"]


def test_a_node_of_another_unit_is_where_its_unit_is_made() -> None:
    graph = graph_of("""
        def f():
            return a
        b
    """)
    inner = next(node for node in graph._tree.nodes[cst.Name] if isinstance(node, cst.Name) and node.value == "a")
    assert [labels(graph)[block] for block in graph.blocks_of(inner)] == ["def f():"]


def test_cells_are_one_program() -> None:
    tree = Tree(Walk((parse("a\n"), parse("b\n")), Scope("module", None, None)))
    assert lines(Graph(tree, None), {Kind.NEXT}) == told("in -> a -> b -> out")


def nested_in_finally(depth: int) -> str:
    code = "pass\n"
    for level in range(depth):
        code = f"try:\n    a{level}\nfinally:\n" + "".join(f"    {line}\n" for line in code.splitlines())
    return code


def test_every_finally_in_a_finally_doubles_the_copies() -> None:
    assert len(graph_of(nested_in_finally(6)).blocks) < 1_000


def test_too_many_copies_are_refused() -> None:
    with pytest.raises(GraphTooLarge):
        graph_of(nested_in_finally(30))


def test_finallys_around_one_another_do_not_multiply() -> None:
    code = "return a\n"
    for level in range(30):
        code = "try:\n" + "".join(f"    {line}\n" for line in code.splitlines()) + f"finally:\n    b{level}\n"
    code = "def f():\n" + "".join(f"    {line}\n" for line in code.splitlines())
    assert len(graph_of(code, "f").blocks) < 500


def test_a_search_gives_the_shortest_path() -> None:
    graph = graph_of("""
        if a:
            b
            c
        d
    """)
    found = search(
        [(graph.entry, None)],
        lambda block, _: ((edge.target, None) for edge in block.edges if edge.kind is not Kind.RAISE),
        lambda block, _: block is graph.returned,
    )
    assert found is not None
    assert [labels(graph)[block] for block in found] == ["in", "a", "d", "out"]


def test_a_search_is_given_up_when_its_states_multiply() -> None:
    graph = graph_of("while a:\n    b\n")

    def counted(block: Block, count: int) -> Iterator[tuple[Block, int]]:
        return ((edge.target, count + 1) for edge in block.edges)

    with pytest.raises(TooManyStates):
        search([(graph.entry, 0)], counted, lambda block, count: False, limit=100)
