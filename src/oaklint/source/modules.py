"""The modules of a project: what a file imports, and where on disk that stands.

Only first-party modules are found: those in the file's own package, beside it, and below the root of its project. What is
installed, the standard library and the SDK itself are nobody's first party.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, takewhile
from typing import NamedTuple

from oaklint.source.layout import package_roots
from oaklint.source.subclasses import heirs_by_class, mentioned, scripts_in, sources_in

# A line with an import statement, at its beginning or behind `:` or `;`; names in parentheses may go over several lines.
_STATEMENT = re.compile(
    rb"(?:[^\n#]*?[:;])?[ \t\f]*(?:from[ \t]+([.\w]+)[ \t]+import\b[ \t]*(\([^)]*\)|[^\r\n#;]*)|import[ \t]+([\w., \t]+))"
)
# What a call imports whose name is written down in full: `import_module("app.llm")`.
_CALLED = re.compile(rb"""(?:import_module|__import__)\([ \t]*["']([\w.]+)["'][ \t]*\)""")
_NAME = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+\w+)?")
_OF_TESTS = re.compile(r"test_\w+\.py|\w+_test\.py|conftest\.py")
_ROOT_MARKS = frozenset({"pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", ".git"})
_SOURCE_FOLDERS = ("src", "lib")
_INSTALLED = frozenset({"site-packages", "dist-packages"})
_NOT_FIRST_PARTY = sys.stdlib_module_names | {"openai", "dotenv"}
# How far up a project's root is looked for, and how far up modules are looked for where there is none.
_MAX_LEVELS, _LEVELS_WITHOUT_ROOT = 12, 3
_MAX_BYTES = 200_000


class Import(NamedTuple):
    """`from module import names`, or `import module` without names; the module as written, with its dots."""

    module: str
    names: tuple[str, ...] = ()


class ModuleFile(NamedTuple):
    """A module on disk. name: dotted, as seen from the folder that holds its outermost package."""

    name: str
    path: str

    @property
    def is_package(self) -> bool:
        return self.path.endswith("__init__.py")


def imports_in(data: bytes) -> list[Import]:
    """What a file's bytes seem to import. Text in strings that reads like an import counts, too."""
    found: list[Import] = []
    at = data.find(b"import")
    while at >= 0:
        # Many times faster than a search for the whole pattern.
        statement = _STATEMENT.match(data, data.rfind(b"\n", 0, at) + 1)
        if statement is not None:
            source, names, modules = statement.groups()
            if source:
                written = tuple(name.decode("utf-8", "replace") for name in _NAME.findall(names.strip(b"() \t")))
                found.append(Import(source.decode("utf-8", "replace"), written))
            else:
                found += (Import(name.decode("utf-8", "replace")) for name in _NAME.findall(modules))
        end = data.find(b"\n", statement.end() if statement is not None else at)
        at = data.find(b"import", end) if end >= 0 else -1
    called = _CALLED.findall(data) if b"import_module" in data or b"__import__" in data else ()
    return found + [Import(name.decode("utf-8", "replace")) for name in called]


def packages_around(imports: Iterable[Import]) -> frozenset[str]:
    """The packages that are run because of import statements which only name what stands in them."""
    packages = {package for statement in imports for package in _packages_of(statement.module)}
    return frozenset(packages.difference(statement.module for statement in imports))


def _packages_of(module: str) -> Iterator[str]:
    """The packages that a module stands in, outermost first: `a` and `a.b` for `a.b.c`, `..` and `.` for `..x`."""
    dots = len(module) - len(module.lstrip("."))
    if dots < len(module):
        yield from ("." * up for up in range(dots, 0, -1))
    end = module.find(".", dots)
    while end > 0:
        yield module[:end]
        end = module.find(".", end + 1)


def _upwards(folder: str) -> Iterator[str]:
    """A folder, the one that it stands in, and so on."""
    for _ in range(_MAX_LEVELS):
        yield folder
        above = os.path.dirname(folder)
        if above == folder:
            return
        folder = above


def _reachable(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> list[str]:
    """The nodes of a graph that come of some, these included, in the order in which they are met."""
    found = dict.fromkeys(starts)
    waiting = list(found)
    for node in waiting:
        new = [each for each in edges.get(node, ()) if each not in found]
        found.update(dict.fromkeys(new))
        waiting += dict.fromkeys(new)
    return list(found)


class Modules:
    """Finds modules on disk, which it takes to stay as it first saw it: one object serves one run, or one question."""

    def __init__(self) -> None:
        self._listings: dict[str, frozenset[str]] = {}
        self._search_paths: dict[str, tuple[tuple[str, frozenset[str]], ...]] = {}
        self._told: dict[str, list[str]] = {}
        self._found: dict[tuple[str, str], ModuleFile | None] = {}
        self._glances: dict[tuple[str, bytes], tuple[bool, list[Import]]] = {}
        self._near: dict[tuple[str, bytes, int], bool] = {}
        self._heirs: dict[tuple[str, str, bytes], dict[bytes, set[str]]] = {}
        self._graphs: dict[tuple[str, str], dict[str, list[str]]] = {}

    def imported_by(self, importer: str, imports: Iterable[Import]) -> Iterator[tuple[str, ModuleFile]]:
        """The first-party modules that import statements of the file at the absolute path `importer` run, each with its name as
        it would be written there: `app`, `app.llm`, `.client`. Packages come before what stands in them.
        """
        for module, names in imports:
            for package in _packages_of(module):
                if (found := self.find(package, importer)) is not None:
                    yield package, found
            target = self.find(module, importer)
            if target is not None:
                yield module, target
            if target is None or target.is_package:
                glue = "" if module.endswith(".") else "."
                for name in names:
                    if (found := self.find(f"{module}{glue}{name}", importer)) is not None:
                        yield f"{module}{glue}{name}", found

    def find(self, written: str, importer: str) -> ModuleFile | None:
        """The file of a module as it is written in an import statement of the file at the absolute path `importer`."""
        key = written, os.path.dirname(importer)
        if key not in self._found:
            self._found[key] = self._find(*key)
        found = self._found[key]
        return found if found is None or found.path != importer else None

    def _find(self, written: str, folder: str) -> ModuleFile | None:
        dots = len(written) - len(written.lstrip("."))
        parts = [part for part in written[dots:].split(".") if part]
        if dots:
            for _ in range(dots - 1):
                folder = os.path.dirname(folder)
            return self._in_folder(folder, parts)
        if not parts or parts[0] in _NOT_FIRST_PARTY:
            return None
        for root, names in (*self._search_path(folder), *self._around(parts[0], folder)):
            if parts[0] not in names and f"{parts[0]}.py" not in names:
                continue
            if os.path.basename(root) in _INSTALLED and not f"{folder}{os.sep}".startswith(os.path.join(root, parts[0], "")):
                continue
            found = self._in_folder(root, parts)
            if found is not None:
                return found
        return None

    def _around(self, name: str, folder: str) -> Iterator[tuple[str, frozenset[str]]]:
        """The folder that holds one of that name in which the given folder stands: a namespace package has no `__init__.py`."""
        for _ in range(_MAX_LEVELS):
            above, here = os.path.split(folder)
            if here == name:
                yield above, self._listing(above)
            folder = above

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
        home = self._home(folder)
        while folder != home:
            folder, package = os.path.split(folder)
            parts.insert(0, package)
        return ModuleFile(".".join(parts), path)

    def _home(self, folder: str) -> str:
        """The folder that holds the outermost package around a file in the folder; a folder without `__init__.py` in a package
        belongs to it, too.
        """
        home = here = folder
        for _ in range(_MAX_LEVELS):
            above, name = os.path.split(here)
            names = self._listing(here)
            if "__init__.py" in names and name:
                home = above
            elif names & _ROOT_MARKS:
                break
            here = above
        return home

    def _search_path(self, folder: str) -> tuple[tuple[str, frozenset[str]], ...]:
        """Where the absolute imports of a file in the folder may lead, each folder with what it holds: nearest first, as far up
        as the root of the project.
        """
        found = self._search_paths.get(folder)
        if found is None:
            roots = dict.fromkeys(self._roots(folder))
            found = self._search_paths[folder] = tuple((root, self._listing(root)) for root in roots)
        return found

    def _roots(self, folder: str) -> Iterator[str]:
        if "__init__.py" not in self._listing(folder):
            yield folder  # a script in a package, perhaps
        home = self._home(folder)
        yield home
        if os.path.basename(home) in _INSTALLED:
            return
        yield from filter(self._may_be_run_in, self._as_far_as_root(folder))
        root = self._root(folder)
        if root is not None:
            yield from (os.path.join(root, name) for name in (*self._declared(root), *_SOURCE_FOLDERS))

    def _declared(self, root: str) -> list[str]:
        """Where the project of that root says that its packages stand."""
        if root not in self._told:
            names = self._listing(root)
            self._told[root] = package_roots(lambda name: self.read(os.path.join(root, name)) if name in names else b"")
        return self._told[root]

    def _as_far_as_root(self, folder: str) -> Iterator[str]:
        """A folder and those that it stands in, as far up as the root of the project, where something marks it."""
        root = self._root(folder)
        if root is None:
            yield from islice(_upwards(folder), _LEVELS_WITHOUT_ROOT)
        else:
            yield from takewhile(lambda each: each != root, _upwards(folder))
            yield root

    def _root(self, folder: str) -> str | None:
        """The root of the project that a folder belongs to, where something marks it."""
        return next((each for each in _upwards(folder) if self._listing(each) & _ROOT_MARKS), None)

    def _may_be_run_in(self, folder: str) -> bool:
        """Whether a file in the folder may be run as a script, which finds what stands beside it: not one deep in a package."""
        return not ("__init__.py" in self._listing(folder) and "__init__.py" in self._listing(os.path.dirname(folder)))

    def _listing(self, folder: str) -> frozenset[str]:
        found = self._listings.get(folder)
        if found is None:
            try:
                found = frozenset(os.listdir(folder))
            except (OSError, ValueError):
                found = frozenset()
            self._listings[folder] = found
        return found

    # Who inherits from what a module defines.

    def heirs_of(self, path: str, data: bytes, needle: bytes, *, defined: bool = True) -> Iterator[ModuleFile]:
        """The modules in the project of the file at the absolute path that define heirs of classes which its bytes mention,
        other than to import them or to inherit from them, and that hold the needle, or import what does; those that hold it
        themselves come first.

        defined: whether classes that the file defines count, too.
        """
        by_class = self._heirs_around(os.path.dirname(path), needle)
        heirs = {heir for name in mentioned(by_class, data, defined=defined) for heir in by_class[name]}
        for heir in sorted(heirs - {path}, key=lambda each: (not self._glance(each, needle)[0], each)):
            yield self._named(heir)

    def _heirs_around(self, folder: str, needle: bytes) -> dict[bytes, set[str]]:
        """The heirs that hold the needle, or import what does, of the classes of the project that a folder belongs to; where that
        is too large, of the classes of its package.
        """
        root, package = self._project_around(folder)
        key = root, package, needle
        found = self._heirs.get(key)
        if found is None:
            paths = self._sources_of(root, package)
            is_spoken_of = any(needle in self.read(path) for path in paths)  # most projects have nothing to do with it
            by_class = heirs_by_class(paths, self.read) if is_spoken_of else {}
            near = ((name, {path for path in paths if self._is_near(path, needle, 1)}) for name, paths in by_class.items())
            found = self._heirs[key] = {name: paths for name, paths in near if paths}
        return found

    def _project_around(self, folder: str) -> tuple[str, str]:
        """The root of the project that a folder belongs to, and its package; that twice, where no root is known."""
        home = self._home(folder)
        package = os.path.join(home, os.path.relpath(folder, home).split(os.sep)[0]) if folder != home else folder
        root = self._root(folder) if os.path.basename(home) not in _INSTALLED else None
        return root or package, package

    def _sources_of(self, root: str, package: str) -> list[str]:
        """The files of a project, by its root and its package; where it is too large, those of the package."""
        found = sources_in(root) or sources_in(package)
        # Where no root is known, the scripts that use a package stand beside it.
        beside = os.path.dirname(package)
        is_all = root == package and "__init__.py" in self._listing(package) and os.path.basename(beside) not in _INSTALLED
        return [*found, *scripts_in(beside)] if is_all else found

    # What pytest brings together.

    def conftests_for(self, path: str) -> Iterator[ModuleFile]:
        """The modules whose fixtures the tests in the file at the absolute path may ask for without an import, nearest first."""
        folder, name = os.path.split(path)
        if not _OF_TESTS.fullmatch(name):
            return
        for each in self._as_far_as_root(folder):
            conftest = os.path.join(each, "conftest.py")
            if conftest != path and "conftest.py" in self._listing(each):
                yield self._named(conftest)

    # Who imports a module.

    def importers_of(self, path: str, name: bytes) -> Iterator[str]:
        """The files in the project of the module at the absolute path that import it, and hold a name."""
        for each in self.holders_of(path, name):
            if any(module.path == path for _, module in self.imported_by(each, imports_in(self.read(each)))):
                yield each

    def companions_of(self, path: str) -> list[str]:
        """The other files in the project of the file at the absolute path that one process may run with it: whatever is imported,
        in however many steps, by a file that imports it in however many steps.
        """
        imported = self._graph_around(os.path.dirname(path))
        importing: dict[str, list[str]] = {}
        for each, others in imported.items():
            for other in others:
                importing.setdefault(other, []).append(each)
        found = _reachable(_reachable([path], importing), imported)
        return [each for each in found if each != path]

    def _graph_around(self, folder: str) -> dict[str, list[str]]:
        """By the files of the project that a folder belongs to, the first-party files that each of them imports."""
        key = self._project_around(folder)
        if key not in self._graphs:
            imports = ((path, self.imported_by(path, imports_in(self.read(path)))) for path in self._sources_of(*key))
            self._graphs[key] = {path: [module.path for _, module in modules] for path, modules in imports}
        return self._graphs[key]

    def holders_of(self, path: str, needle: bytes) -> Iterator[str]:
        """The other files in the project of the file at the absolute path that hold the needle."""
        files = self._sources_of(*self._project_around(os.path.dirname(path)))
        yield from (each for each in files if each != path and needle in self.read(each))

    # What modules hold.

    def read(self, path: str) -> bytes:
        """The bytes of a module; none for what is no file, cannot be read, or is too large to be followed."""
        try:
            with open(path, "rb") as file:
                data = file.read(_MAX_BYTES + 1)
        except (OSError, ValueError):
            return b""
        return data if len(data) <= _MAX_BYTES else b""

    def reaches(self, data: bytes, path: str, needle: bytes, depth: int = 1) -> bool:
        """Whether a first-party module that the bytes of the file at the absolute path import, directly or by `depth` steps, or a
        conftest that its tests take fixtures from, holds the needle.
        """
        if path.endswith(".ipynb"):  # its lines are strings of JSON
            data = data.replace(b"\\n", b"\n").replace(b'"', b"\n")
        _, imports = self._glances.setdefault((path, needle), (needle in data, imports_in(data)))
        if self._imports_reach(path, imports, needle, depth):
            return True
        return any(self._is_near(conftest.path, needle, depth - 1) for conftest in self.conftests_for(path))

    def _imports_reach(self, path: str, imports: Iterable[Import], needle: bytes, depth: int) -> bool:
        for statement in imports:
            for _, module in self.imported_by(path, [statement]):
                if self._is_near(module.path, needle, depth - 1) or self._hands_on(module, statement.names, needle):
                    return True
        return False

    def _hands_on(self, package: ModuleFile, names: Sequence[str], needle: bytes) -> bool:
        """Whether a package has one of the names from a module that holds the needle."""
        if not package.is_package or not names:
            return False
        _, imports = self._glance(package.path, needle)
        handed = (each for each in imports if not each.names or not set(names).isdisjoint(each.names))
        return any(self._glance(module.path, needle)[0] for _, module in self.imported_by(package.path, handed))

    def _is_near(self, path: str, needle: bytes, steps: int) -> bool:
        """Whether the module at the path holds the needle, or one that it imports within so many steps."""
        key = path, needle, steps
        found = self._near.get(key)
        if found is None:
            found, imports = self._glance(path, needle)
            if not found and steps:
                found = self._imports_reach(path, imports, needle, steps)
            self._near[key] = found
        return found

    def _glance(self, path: str, needle: bytes) -> tuple[bool, list[Import]]:
        """Whether a module holds the needle, and what it imports."""
        found = self._glances.get((path, needle))
        if found is None:
            data = self.read(path)
            found = self._glances[path, needle] = needle in data, imports_in(data)
        return found


class InProject(NamedTuple):
    """Where a file stands, so that the modules of its project that it imports can be found: its absolute path, and the finder."""

    path: str
    modules: Modules
