"""Answers that hang on each other."""

from __future__ import annotations

from collections.abc import Hashable

from oaklint.python.fixpoint import Fixpoint

Equations = dict[str, tuple[set[str], set[str]]]


def _solve(equations: Equations, question: str, fixpoint: Fixpoint) -> frozenset[str]:
    """What a variable holds: some elements of its own, and those of other variables."""
    own, others = equations[question]

    def work_out() -> frozenset[str]:
        return frozenset(own).union(*(_solve(equations, other, fixpoint) for other in sorted(others)))

    nothing: frozenset[str] = frozenset()
    return fixpoint.ask(question, work_out, nothing)


def test_every_question_of_a_circle_gets_the_whole_answer() -> None:
    equations: Equations = {
        "a": ({"1"}, {"b"}),
        "b": ({"2"}, {"c", "d"}),
        "c": ({"3"}, {"a"}),
        "d": (set(), {"b", "e"}),
        "e": ({"5"}, set()),
    }
    for first in equations:
        fixpoint = Fixpoint()
        _solve(equations, first, fixpoint)
        for question in "abcd":
            assert _solve(equations, question, fixpoint) == {"1", "2", "3", "5"}
        assert _solve(equations, "e", fixpoint) == {"5"}


def test_a_circle_without_anything_in_it_ends() -> None:
    assert _solve({"a": (set(), {"b"}), "b": (set(), {"a"})}, "a", Fixpoint()) == frozenset()


def test_a_circle_that_feeds_itself_is_rounded() -> None:
    fixpoint = Fixpoint()
    nothing: frozenset[str] = frozenset()

    def grow() -> frozenset[str]:
        return frozenset({""}) | {f"{text}x" for text in fixpoint.ask("a", grow, nothing, lambda some, _: some | {"..."})}

    found = fixpoint.ask("a", grow, nothing, lambda some, _: some | {"..."})
    assert {"", "x", "..."} <= found
    assert len(found) < 10


def test_each_question_is_worked_out_a_few_times_only() -> None:
    """Everybody asks everybody: without what is known for the time being, that would be every path there is."""
    names = [str(number) for number in range(40)]
    counts: dict[Hashable, int] = {}
    fixpoint = Fixpoint()
    nothing: frozenset[str] = frozenset()

    def ask(name: str) -> frozenset[str]:
        def work_out() -> frozenset[str]:
            counts[name] = counts.get(name, 0) + 1
            return frozenset({name}).union(*map(ask, names))

        return fixpoint.ask(name, work_out, nothing)

    assert ask("0") == frozenset(names)
    assert all(ask(name) == frozenset(names) for name in names)
    assert max(counts.values()) <= 10


def test_what_fails_is_forgotten() -> None:
    fixpoint = Fixpoint()

    def fail() -> frozenset[str]:
        raise LookupError

    nothing: frozenset[str] = frozenset()
    for _ in range(2):
        try:
            fixpoint.ask("a", fail, nothing)
        except LookupError:
            continue
        raise AssertionError("the error was lost")
    assert fixpoint.ask("a", lambda: frozenset({"x"}), nothing) == {"x"}
