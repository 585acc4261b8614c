"""The last lines of `oaklint check`: how much was found, how much of it was repaired, and how much could be."""

from __future__ import annotations

from collections.abc import Sequence

from oaklint.diagnostic import Diagnostic


def counted(number: int, noun: str) -> str:
    plural = "es" if noun.endswith("x") else "s"
    return f"{number} {noun}{'' if number == 1 else plural}"


def of_check(diagnostics: Sequence[Diagnostic], fixed: Sequence[Diagnostic], *, unsafe: bool) -> str:
    """What is left, and what of it could be repaired."""
    names = {item.filename for item in (*diagnostics, *fixed)}
    if not names:
        return "All checks passed!\n"
    repaired = f" ({len(fixed)} fixed, {len(diagnostics)} remaining)" if fixed else ""
    found = counted(len(diagnostics) + len(fixed), "error")
    return f"Found {found} in {counted(len(names), 'file')}{repaired}.\n{_fixable(diagnostics, unsafe)}"


def _fixable(diagnostics: Sequence[Diagnostic], unsafe: bool) -> str:
    fixable = sum(item.fix is not None and item.fix.applies(unsafe=unsafe) for item in diagnostics)
    hidden = counted(_hidden(diagnostics, unsafe), "hidden fix")
    enabled = f"{hidden} can be enabled with the `--unsafe-fixes` option"
    if not _hidden(diagnostics, unsafe):
        return f"[*] {fixable} fixable with the `--fix` option.\n" if fixable else ""
    return f"[*] {fixable} fixable with the `--fix` option ({enabled}).\n" if fixable else f"No fixes available ({enabled}).\n"


def of_fixes(fixed: Sequence[Diagnostic], diagnostics: Sequence[Diagnostic], *, unsafe: bool, would: bool) -> str:
    """What was repaired, or `would` be, where nobody asked for the rest."""
    hidden = _hidden(diagnostics, unsafe)
    others = counted(hidden, "additional fix" if fixed else "fix")
    available = f" ({others} available with `--unsafe-fixes`)" if hidden else ""
    if fixed:
        return f"{'Would fix' if would else 'Fixed'} {counted(len(fixed), 'error')}{available}.\n"
    return f"No errors {'would be fixed' if would else 'fixed'}{available}.\n"


def _hidden(diagnostics: Sequence[Diagnostic], unsafe: bool) -> int:
    """How many fixes only `--unsafe-fixes` would make."""
    return 0 if unsafe else sum(item.fix is not None and item.fix.applicability == "unsafe" for item in diagnostics)
