"""Which generations of the OpenAI SDK a project asks for, read off its lock file or its declared dependencies.

Version ranges are reckoned here, and not by the library `packaging`: only the major version matters, and half of the notations
(Poetry's `^0.27`, conda's `=1.2`) are none that it knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from oaklint.sdk.releases import Releases, numbers

Majors = Releases

# The newest major version known here stands for all that come after it.
_MAJORS = (0, 1, 2, 3)
ALL_MAJORS = Majors(_MAJORS)

_MAX_BYTES = 32_000_000
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml")


def declared_sdk(directory: str, known: dict[Path, Majors | None] | None = None) -> Majors | None:
    """The major versions of `openai` that the project around `directory` admits; None where nothing declares any.

    Looks into the directory and those above it, up to the root of the repository. The nearest that names `openai` decides; there
    a lock file goes before pyproject.toml, that before requirements files, and those before the rest. What cannot be read or
    understood is passed over.

    known: the answers for directories that have been asked about; those that this question settles are added.
    """
    known = {} if known is None else known
    try:
        start = Path(directory).resolve()
    except (OSError, RuntimeError, ValueError):
        return None
    asked: list[Path] = []
    majors: Majors | None = None
    for folder in (start, *start.parents):
        if folder in known:
            majors = known[folder]
            break
        asked.append(folder)
        try:
            names = {entry.name for entry in folder.iterdir()}
        except OSError:
            names = set()
        majors = _declared_in(folder, names)
        if majors is not None or ".git" in names:
            break
    known.update(dict.fromkeys(asked, majors))
    return majors


def _declared_in(folder: Path, names: set[str]) -> Majors | None:
    for name in _LOCKS:
        if name in names and (majors := _union(_locked(_read(folder / name)))):
            return majors
    if "pyproject.toml" in names and (majors := _of_pyproject(_read(folder / "pyproject.toml"))):
        return majors
    for group in (_requirement_files(folder, names), _others(folder, names)):
        if majors := _union(group):
            return majors
    return None


def _union(declared: Iterable[Majors]) -> Majors | None:
    """All of them together, without those that say nothing as long as another does; None where there is none."""
    found = list(declared)
    telling = [majors for majors in found if majors != ALL_MAJORS]
    named = {majors.only for majors in telling or found}
    return Majors(frozenset().union(*(telling or found))).pinned(named.pop() if len(named) == 1 else None) or None


def _read(path: Path) -> str:
    """The text of a file that names openai, or nothing."""
    data = _bytes(path)
    return _decoded(data) if b"openai" in data.lower() else ""


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes() if path.stat().st_size <= _MAX_BYTES else b""
    except (OSError, ValueError):
        return b""


def _decoded(data: bytes) -> str:
    return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig", "replace")


# Lock files. They are written by machines and can be large: a search is enough.


def _locked(text: str) -> Iterator[Majors]:
    toml = r'^name\s*=\s*"openai"\s*\nversion\s*=\s*"([^"\n]+)"'
    json = r'"openai"\s*:\s*\{[^{}]*?"version"\s*:\s*"==?=?\s*([^"\n]+)"'
    for found in _pattern(f"(?m:{toml})|{json}").finditer(text):
        yield admitted(f"=={found.group(1) or found.group(2)}")


# pyproject.toml and Pipfile


def _of_pyproject(text: str) -> Majors | None:
    """The main dependencies decide; where they do not name openai, all the optional ones together."""
    document = _toml(text)
    project, tool = _table(document, "project"), _table(document, "tool")
    poetry = _table(tool, "poetry")
    main = [*_of_strings(project.get("dependencies")), *_of_table(poetry.get("dependencies"))]
    if main:
        return _union(main)
    groups = [
        *_table(project, "optional-dependencies").values(),
        *_table(document, "dependency-groups").values(),
        *_table(_table(tool, "pdm"), "dev-dependencies").values(),
        _table(tool, "uv").get("dev-dependencies"),
    ]
    for environment in _table(_table(tool, "hatch"), "envs").values():
        if isinstance(environment, dict):
            groups += (environment.get("dependencies"), environment.get("extra-dependencies"))
    tables = [poetry.get("dev-dependencies")]
    tables += [_table(_table(poetry, "group"), name).get("dependencies") for name in _table(poetry, "group")]
    return _union(
        [*(found for group in groups for found in _of_strings(group)), *(f for table in tables for f in _of_table(table))]
    )


def _of_pipfile(text: str) -> Iterator[Majors]:
    for section in _toml(text).values():
        yield from _of_table(section)


def _toml(text: str) -> dict[str, Any]:
    if not text:
        return {}
    import tomllib

    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return {}


def _table(of: dict[str, Any], name: str) -> dict[str, Any]:
    value = of.get(name)
    return value if isinstance(value, dict) else {}


def _of_strings(requirements: object) -> Iterator[Majors]:
    for requirement in requirements if isinstance(requirements, list) else ():
        if isinstance(requirement, str) and (majors := _of_requirement(requirement)):
            yield majors


def _of_table(table: object) -> Iterator[Majors]:
    """`openai = "^1.2"`, `openai = { version = "*", extras = [...] }`, and Poetry's lists of these."""
    if not isinstance(table, dict):
        return
    for name, value in table.items():
        if name.lower() != "openai":
            continue
        for each in value if isinstance(value, list) else [value]:
            version = each.get("version", "*") if isinstance(each, dict) else each
            if isinstance(version, str):
                yield admitted(version)


# Requirements files, and what is read line by line


def _requirement_files(folder: Path, names: set[str]) -> Iterator[Majors]:
    paths = [folder / name for name in sorted(names) if _pattern(r"(?i)requirements.*\.(?:txt|in)").fullmatch(name)]
    if "requirements" in names:
        try:
            paths += sorted((folder / "requirements").glob("*.txt"))
        except OSError:
            paths += ()
    for path in paths:
        text = _decoded(_bytes(path))
        yield from _of_lines(text)
        for include in _pattern(r"(?m)^[ \t]*(?:-r|--requirement)[ \t=]*([^\s#]+)").findall(text):
            yield from _of_lines(_read(path.parent / include))


def _others(folder: Path, names: set[str]) -> Iterator[Majors]:
    if "setup.cfg" in names:
        yield from _of_lines(_read(folder / "setup.cfg"))
    if "setup.py" in names:
        for literal in _pattern(r"""(["'])(openai(?![A-Za-z0-9._-]*[A-Za-z0-9_-]*\.)[^"'\n]*)\1""").findall(
            _read(folder / "setup.py")
        ):
            if majors := _of_requirement(literal[1]):
                yield majors
    for name in ("environment.yml", "environment.yaml"):
        if name in names:
            yield from _of_conda(_read(folder / name))
    if "Pipfile" in names:
        yield from _of_pipfile(_read(folder / "Pipfile"))


def _of_lines(text: str) -> Iterator[Majors]:
    for line in text.splitlines():
        # setup.cfg may have the first requirement on the line of its option.
        requirement = _pattern(r"^\s*(?!name\b|keywords\b|description\b)[a-z_]+\s*=(?!=)\s*").sub("", line)
        if majors := _of_requirement(requirement):
            yield majors


def _of_conda(text: str) -> Iterator[Majors]:
    entry = _pattern(r"""^\s*-\s*["']?(?:[\w./-]+::)?(openai(?![\w.-])[^"'#]*)""")
    for line in text.splitlines():
        if found := entry.match(line):
            # conda: `openai=1.2` or `openai=1.2=build` is a prefix, `openai 1.2.*` has a blank.
            conda = _pattern(r"^openai\s*=\s*([0-9][^=\s]*).*$").sub(r"openai ==\1.*", found.group(1).strip())
            if majors := _of_requirement(conda.replace(".*.*", ".*")):
                yield majors


def _of_requirement(text: str) -> Majors | None:
    """The majors that a requirement such as `openai[datalib]>=0.28,<1; extra == 'x'` admits; None for another package."""
    found = _pattern(r"(?i)\s*openai(?![\w.-])\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL).fullmatch(text)
    if found is None:
        return None
    rest: str = found.group(1)
    if rest.startswith("@"):
        pinned = _pattern(r"openai-([0-9][0-9.]*[0-9])|@v?([0-9][0-9.]*)").search(rest, 1)
        return admitted(f"=={pinned.group(1) or pinned.group(2)}") if pinned else ALL_MAJORS
    rest = _pattern(r"\s(?:#|--)|[;#\\]").split(rest, maxsplit=1)[0].strip().strip("()")
    if rest and rest[0] not in "<>=!~^*0123456789":
        return None  # a sentence, not a requirement
    return admitted(rest)


# Version ranges


class _Range(NamedTuple):
    """The versions from `low` to `high`; None is no bound."""

    low: tuple[int, ...] = ()
    high: tuple[int, ...] | None = None
    with_low: bool = True
    with_high: bool = False

    def meets(self, major: int) -> bool:
        """Whether a version of that major lies in it (no matter whether it was ever released)."""
        low, with_low = max((self.low, not self.with_low), ((major,) if major else (), False))
        end = None if major == _MAJORS[-1] else (major + 1,)
        high, with_high = self.high, self.with_high
        if high is None or (end is not None and end <= high):
            high, with_high = end, False
        return high is None or low < high or (low == high and not with_low and with_high)


def admitted(specifier: str) -> Majors:
    """The major versions that a version specifier admits, in the notation of PEP 440, Poetry, Pipenv or conda; with the release,
    where it pins one.

    An empty one and `*` admit all, and so does what is not understood.
    """
    alternatives = _pattern(r"\|\|?").split(specifier)
    majors = Majors(major for alternative in alternatives for major in _MAJORS if _admits(alternative, major))
    exact = _pattern(r"\s*(?:===?)?\s*v?([0-9]+(?:\.[0-9]+)*)\s*").fullmatch(specifier)
    return majors.pinned(numbers(exact.group(1)) if exact is not None else None)


def _admits(specifier: str, major: int) -> bool:
    clauses = _pattern(r"(===?|~=|!=|<=|>=|<|>|\^|~|)\s*v?([0-9]+(?:\.[0-9]+)*)([^\s,]*)").findall(specifier)
    low: _Range = _Range()
    for operator, number, rest in clauses:
        clause = _clause(operator, tuple(map(int, number.split("."))), wild=".*" in rest or rest == "*")
        if operator == "!=":
            if clause.low <= ((major,) if major else ()) and clause.high is not None and (major + 1,) <= clause.high:
                return False
            continue
        low = _intersection(low, clause)
    return low.meets(major)


def _clause(operator: str, number: tuple[int, ...], *, wild: bool) -> _Range:
    exact = _trimmed(number)
    if operator in {"==", "===", "", "!="}:
        return _Range(exact, _next(number), True, False) if wild else _Range(exact, exact, True, True)
    if operator == "~=":
        return _Range(exact, _next(number[:-1] or number))
    if operator == "~":
        return _Range(exact, _next(number[:2]))
    if operator == "^":
        # The first part that is not zero may not change; of zeros alone, the last.
        kept = next((place for place, part in enumerate(number) if part), len(number) - 1)
        return _Range(exact, _next(number[: kept + 1]))
    if operator in {">", ">="}:
        return _Range(exact, with_low=operator == ">=")
    return _Range(high=exact, with_high=operator == "<=")


def _intersection(one: _Range, other: _Range) -> _Range:
    low, without_low = max((one.low, not one.with_low), (other.low, not other.with_low))
    ends = [(end.high, end.with_high) for end in (one, other) if end.high is not None]
    high, with_high = min(ends) if ends else (None, False)
    return _Range(low, high, not without_low, with_high)


def _trimmed(number: tuple[int, ...]) -> tuple[int, ...]:
    """1.0.0 and 1 are the same version."""
    while number and not number[-1]:
        number = number[:-1]
    return number


def _next(number: tuple[int, ...]) -> tuple[int, ...]:
    return (*number[:-1], number[-1] + 1)


@cache
def _pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    return re.compile(text, flags)
