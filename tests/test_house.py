"""The floors of the house: imports only ever point down."""

from __future__ import annotations

import ast
from pathlib import Path

import oaklint

ROOT = Path(oaklint.__file__).parent

# From the top to the ground. A module may import from its own floor and from those below.
FLOORS = (
    ("cli", "flake8_plugin", "__main__"),
    ("reports",),
    ("engine",),
    ("rules",),
    ("usage",),
    ("python",),
    ("sdk",),
    ("diagnostic",),
    ("source",),
)
SHARED = {"__init__"}  # the version


def _floor(parts: tuple[str, ...]) -> int:
    return next(index for index, floor in enumerate(FLOORS) if parts[0] in floor)


def _imports(path: Path) -> set[tuple[str, ...]]:
    """The modules of oaklint that a file imports, anywhere in it, as path parts below the package."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        names = []
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        found |= {tuple(name.split(".")[1:]) for name in names if name.split(".")[0] == "oaklint"}
    return {parts for parts in found if parts and not parts[0].startswith("__")}


def test_imports_only_point_down() -> None:
    upward = []
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[0] in SHARED:
            continue
        for imported in _imports(path):
            if _floor(imported) < _floor(parts):
                upward.append(f"{'/'.join(parts)} -> {'.'.join(imported)}")
    assert not upward


def test_python_knows_nothing_of_openai() -> None:
    for path in (ROOT / "python").glob("*.py"):
        for parts in _imports(path):
            assert parts[0] in ("python", "source"), f"{path.name} imports {'.'.join(parts)}"


def test_facts_and_sources_stand_on_nothing() -> None:
    for floor in ("sdk", "source"):
        for path in (ROOT / floor).glob("*.py"):
            assert all(parts[0] == floor for parts in _imports(path)), path
