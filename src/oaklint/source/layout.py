"""In which folders of a project its packages stand, as its build tool and pytest are told.

Flit and meson-python have no setting for that. What setup.py puts together when it runs is not seen.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator

# Settings in pyproject.toml with folders that packages stand in. Poetry has tables there: `{include = "bot", from = "python"}`.
_ROOTS = (
    "tool.setuptools.packages.find.where",
    "tool.poetry.packages",
    "tool.hatch.build.sources",
    "tool.hatch.build.dev-mode-dirs",
    "tool.hatch.build.targets.wheel.sources",
    "tool.pdm.build.package-dir",
    "tool.uv.build-backend.module-root",
    "tool.maturin.python-source",
    "tool.pytest.ini_options.pythonpath",
    "tool.pytest.pythonpath",
)
# Settings with the folders of packages, or with a table of them by the name of the package; "" stands for all.
_PACKAGES = (
    "tool.setuptools.package-dir",
    "tool.hatch.build.packages",
    "tool.hatch.build.targets.wheel.packages",
    "tool.scikit-build.wheel.packages",
)
# A pyproject.toml without any of these words has none of the settings.
_WORDS = re.compile(rb"where|packages|sources|dev-mode-dirs|package-dir|module-root|python-source|pythonpath")
# The same in the other files.
_FILES = ("setup.py", "setup.cfg", "pytest.ini", ".pytest.ini", "tox.ini")
_WRITTEN = re.compile(
    rb"""\bpackage_dir\s*=\s*(?:\{\s*(?:""|'')\s*:\s*|=\s*)["']?([\w./-]+)"""
    rb"""|\bfind_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?["']([\w./-]+)"""
    rb"""|^where\s*=\s*([\w./-]+)"""
    rb"""|^pythonpath[ \t]*=\s*([\w./ -]+)""",
    re.MULTILINE,
)


def package_roots(read: Callable[[str], bytes]) -> list[str]:
    """The folders that packages of a project stand in, relative to its root, which is left out itself, and so is what is outside
    of it.

    read: gives the bytes of a file in the root by its name; none where there is no such file.
    """
    found = [*_in_pyproject(read("pyproject.toml"))]
    for name in _FILES:
        for match in _WRITTEN.finditer(read(name)):
            found += match[match.lastindex or 0].decode("utf-8", "replace").split()
    roots = dict.fromkeys(os.path.normpath(each) for each in found)
    return [each for each in roots if not os.path.isabs(each) and each.split(os.sep)[0] not in (os.curdir, os.pardir)]


def _in_pyproject(data: bytes) -> Iterator[str]:
    if not _WORDS.search(data):
        return
    import tomllib

    try:
        document = tomllib.loads(data.decode("utf-8", "replace"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return
    for setting in _ROOTS:
        for each in _entries(document, setting):
            yield from _texts(each.get("from") if isinstance(each, dict) else each)
    for setting in _PACKAGES:
        for each in _entries(document, setting):
            by_name = each if isinstance(each, dict) else {posixpath.basename(path.rstrip("/")): path for path in _texts(each)}
            for name, folder in by_name.items():
                yield from (root for path in _texts(folder) if (root := _folder_around(path, name)) is not None)


def _entries(document: dict[str, object], setting: str) -> list[object]:
    """What stands in a setting of pyproject.toml, one by one; nothing where it is not there."""
    value: object = document
    for name in setting.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value if isinstance(value, list) else [value]


def _folder_around(path: str, package: str) -> str | None:
    """The folder from which a package is imported that stands at a path; None where it has another name there."""
    below = f"/{package.replace('.', '/')}" if package else ""
    path = f"./{posixpath.normpath(path)}"
    return path.removesuffix(below) if path.endswith(below) else None


def _texts(value: object) -> list[str]:
    """The folders that a value names: pytest separates them by blanks."""
    return value.split() if isinstance(value, str) else []
