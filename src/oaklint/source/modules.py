"""The modules of a project: what a file imports, and where on disk that stands.

Only first-party modules are found: those in the file's own package, beside it, and below the root of its project. What is
installed, the standard library and the SDK itself are nobody's first party.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

# Written at the beginning of a line, or behind `:` or `;` on it; names in parentheses may go over several lines.
_IMPORT = re.compile(
    rb"(?:^|[:;])[ \t\f]*(?:from[ \t]+([.\w]+)[ \t]+import\b[ \t]*(\([^)]*\)|[^\r\n#;]*)|import[ \t]+([\w., \t]+))", re.MULTILINE
)
_ALIASED = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")
_ROOT_MARKS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".git"})
_SOURCE_FOLDERS = ("src", "lib")
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_NOT_FIRST_PARTY = sys.stdlib_module_names | {"openai", "dotenv"}
# How far up a project's root is looked for, and how far up modules are looked for where there is none.
_MAX_LEVELS, _LEVELS_WITHOUT_ROOT = 12, 3
_MAX_BYTES = 200_000


class ModuleFile(NamedTuple):
    """A module on disk. name: dotted, as seen from the folder that holds its outermost package."""

    name: str
    path: str


def imported_modules(data: bytes) -> list[str]:
    """The modules that a file's bytes seem to import, as written, each once: `app.llm`, `.client`, `..`.

    For `from app import llm` both `app` and `app.llm`, since either may be the module; for `import app.llm` also `app`, which
    runs first. Text in strings that reads like an import counts, too.
    """
    found: dict[str, None] = {}
    for source, names, modules in _IMPORT.findall(data):
        if source:
            written = source.decode("utf-8", "replace")
            found.update(dict.fromkeys(_with_packages(written)))
            glue = "" if written.endswith(".") else "."
            for name in _ALIASED.findall(names.strip(b"() \t")):
                found[f"{written}{glue}{name.decode('utf-8', 'replace')}"] = None
        else:
            for name in _ALIASED.findall(modules):
                found.update(dict.fromkeys(_with_packages(name.decode("utf-8", "replace"))))
    return list(found)


def _with_packages(module: str) -> Iterator[str]:
    """A module behind the packages that it stands in: `a`, `a.b`, `a.b.c`."""
    dots = len(module) - len(module.lstrip("."))
    parts = module[dots:].split(".")
    for length in range(0 if dots else 1, len(parts) + 1):
        if length or dots:
            yield module[:dots] + ".".join(parts[:length])


class Modules:
    """Finds modules on disk. Folders are listed once for as long as they do not change."""

    def __init__(self) -> None:
        self._listings: dict[str, tuple[int, frozenset[str]]] = {}
        self._roots: dict[str, tuple[str, ...]] = {}
        self._glances: dict[str, tuple[tuple[int, int, bytes], bool, list[str]]] = {}

    def find(self, written: str, importer: str) -> ModuleFile | None:
        """The file of a module as it is written in an import statement of the file at the absolute path `importer`."""
        dots = len(written) - len(written.lstrip("."))
        parts = [part for part in written[dots:].split(".") if part]
        if dots:
            folder = os.path.dirname(importer)
            for _ in range(dots - 1):
                folder = os.path.dirname(folder)
            return self._in_folder(folder, parts)
        if not parts or parts[0] in _NOT_FIRST_PARTY:
            return None
        for root in self._search_path(os.path.dirname(importer)):
            if os.path.basename(root) in _INSTALLED and not importer.startswith(os.path.join(root, parts[0])):
                continue
            found = self._in_folder(root, parts)
            if found is not None and found.path != importer:
                return found
        return None

    def _in_folder(self, folder: str, parts: list[str]) -> ModuleFile | None:
        for part in parts[:-1]:
            if part not in self._listing(folder):
                return None
            folder = os.path.join(folder, part)
        names = self._listing(folder)
        if not parts:
            return self._named(os.path.join(folder, "__init__.py")) if "__init__.py" in names else None
        if parts[-1] in names:
            package = os.path.join(folder, parts[-1])
            if "__init__.py" in self._listing(package):
                return self._named(os.path.join(package, "__init__.py"))
        return self._named(os.path.join(folder, f"{parts[-1]}.py")) if f"{parts[-1]}.py" in names else None

    def _named(self, path: str) -> ModuleFile:
        folder, name = os.path.split(path)
        parts = [] if name == "__init__.py" else [name.removesuffix(".py")]
        while "__init__.py" in self._listing(folder) and os.path.basename(folder):
            folder, package = os.path.split(folder)
            parts.insert(0, package)
        return ModuleFile(".".join(parts), path)

    def _search_path(self, folder: str) -> tuple[str, ...]:
        """Where the absolute imports of a file in the folder may lead: nearest first, as far up as the root of the project."""
        found = self._roots.get(folder)
        if found is None:
            found = self._roots[folder] = tuple(dict.fromkeys(self._find_roots(folder)))
        return found

    def _find_roots(self, folder: str) -> Iterator[str]:
        outermost = folder
        while "__init__.py" in self._listing(outermost) and os.path.basename(outermost):
            outermost = os.path.dirname(outermost)
        yield outermost
        if os.path.basename(outermost) in _INSTALLED:
            return
        above, here = [], folder
        for _ in range(_MAX_LEVELS):
            above.append(here)
            if self._listing(here) & _ROOT_MARKS or os.path.dirname(here) == here:
                break
            here = os.path.dirname(here)
        is_root = bool(self._listing(above[-1]) & _ROOT_MARKS)
        yield from above if is_root else above[:_LEVELS_WITHOUT_ROOT]
        if is_root:
            yield from (os.path.join(above[-1], name) for name in _SOURCE_FOLDERS if name in self._listing(above[-1]))

    def _listing(self, folder: str) -> frozenset[str]:
        try:
            changed = os.stat(folder).st_mtime_ns
            known = self._listings.get(folder)
            if known is None or known[0] != changed:
                known = self._listings[folder] = changed, frozenset(os.listdir(folder))
        except (OSError, ValueError):
            return frozenset()
        return known[1]

    # What modules hold.

    def read(self, path: str) -> bytes | None:
        """The bytes of a module; None for what is no file, cannot be read, or is too large to be followed."""
        try:
            if not os.path.isfile(path) or os.path.getsize(path) > _MAX_BYTES:
                return None
            with open(path, "rb") as file:
                return file.read(_MAX_BYTES)
        except (OSError, ValueError):
            return None

    def _glance(self, path: str, needle: bytes) -> tuple[bool, list[str]]:
        """Whether a module holds the needle, and what it imports; read once for as long as the file does not change."""
        try:
            status = os.stat(path)
        except (OSError, ValueError):
            return False, []
        stamp = status.st_mtime_ns, status.st_size, needle
        known = self._glances.get(path)
        if known is None or known[0] != stamp:
            data = self.read(path) or b""
            known = self._glances[path] = stamp, needle in data, imported_modules(data)
        return known[1], known[2]

    def reaches(self, data: bytes, path: str, needle: bytes, depth: int = 2) -> bool:
        """Whether a first-party module that the bytes of the file at the absolute path import, directly or by `depth` steps,
        holds the needle.
        """
        seen = {path}
        pending = [(path, imported_modules(data), 1)]
        for importer, imports, step in pending:
            for written in imports:
                found = self.find(written, importer)
                if found is None or found.path in seen:
                    continue
                seen.add(found.path)
                holds, further = self._glance(found.path, needle)
                if holds:
                    return True
                if step < depth:
                    pending.append((found.path, further, step + 1))
        return False


# One for each process: what it knows is told by the files themselves.
MODULES = Modules()
