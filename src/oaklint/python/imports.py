"""The modules of the same project that a program imports, parsed, as far as they can matter to what it does."""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.parse import Unparsable, parse
from oaklint.python.scopes import Scope
from oaklint.python.tree import Walk
from oaklint.source import Cell, Import, InProject, ModuleFile, Source, UnreadableSource, imports_in, packages_around, read_source

# How much is followed for one program; beyond this an import is like one that cannot be found.
_MAX_MODULES = 32
_MAX_BYTES = 250_000
# What the parsed files that are kept may have in all: a tree takes 50 to 250 times the memory of its text.
_KEPT_BYTES = 1_500_000
# A large module without any of this defines no client, handles no error, leaves the environment alone, asks nobody and keeps no
# flag.
_SMALL = 8_000
_TELLING = re.compile(rb"openai|OpenAI|environ|dotenv|getenv|except|raise|retry|\binput\(|\bglobal ")
# What such a module does when it is imported is asked of it all the same.
_SETTINGS = re.compile(r"(?:\w+_)?(?:conf|config\w*|credentials?|env\w*|secrets?|settings?)")
_TELLING_FAR = re.compile(rb"openai|OpenAI|environ|dotenv|[Rr]etr|attempt|\bllm\b|client|\binput\(|\bglobal ")
# Small modules of exceptions, and of objects that say how something went, as others hand them on.
_TELLING_SMALL = re.compile(
    rb"^class[ \t]+\w+\([^)\n]*(?:Exception|Error|Enum|NamedTuple|BaseModel)\b|^@(?:\w+\.)?dataclass\b", re.MULTILINE
)
# What stands behind an abstract class matters where it asks the SDK.
_SDK = b"openai"


class Parsed(NamedTuple):
    """A module, parsed and walked."""

    root: cst.Module
    cell: Cell
    walk: Walk


class ImportedModule(NamedTuple):
    """A module that is followed. imports: the paths of those that it imports in turn, by the name as it is written."""

    parsed: Parsed
    imports: dict[str, str]


class Imports(NamedTuple):
    """What a program imports from its own project.

    modules: all that is followed, by path. written: the paths of those that the program names itself.
    """

    modules: dict[str, ImportedModule]
    written: dict[str, str]


def follow(source: Source) -> Imports:
    """The first-party modules that a file imports, directly and through each other, nearest first, those that say what its
    abstract classes do, and the `conftest.py` of its tests, within bounds.

    What is not found, cannot be parsed or lies beyond the bounds is left out.
    """
    assert source.place is not None
    code = "\n".join(cell.code or "" for cell in source.code_cells).encode("utf-8", "surrogatepass")
    return _Following(source.place).follow(code)


class _Following:
    """What is followed from one file: first what names are taken from, then what is only run on the way there."""

    def __init__(self, place: InProject) -> None:
        self._top, self._finder = place
        self._parsed: dict[str, Parsed] = {}
        self._links: dict[str, dict[str, str]] = {}
        self._near = {self._top}
        self._size = 0
        # By file: the bytes, until what its classes leave to others is looked for; the import statements that are left; and the
        # packages that only stand around what these name.
        self._data: dict[str, bytes] = {}
        self._left: dict[str, list[Import]] = {}
        self._around: dict[str, frozenset[str]] = {}
        self._pending: deque[tuple[str, list[Import]]] = deque()
        self._later: deque[str] = deque()

    def follow(self, code: bytes) -> Imports:
        self._open(self._top, code)
        for conftest in self._finder.conftests_for(self._top):
            # Each may have a fixture of the name that is asked for.
            if self._add(conftest, self._finder.read(conftest.path)):
                self._take(conftest.path)
        self._take(self._top)
        while self._pending or self._later:
            if not self._pending:
                self._take(self._later.popleft())
            path, statements = self._pending.popleft()
            for statement in statements:
                self._follow(path, statement)
            data = self._data.pop(path, None)
            if data is not None:
                self._follow_heirs(path, data)
        modules = {path: ImportedModule(parsed, self._links[path]) for path, parsed in self._parsed.items()}
        return Imports(modules, self._links[self._top])

    def _follow(self, path: str, statement: Import) -> None:
        for written, module in self._finder.imported_by(path, [statement]):
            is_around = written in self._around[path]
            if module.path not in self._links:
                data = self._finder.read(module.path)
                if not _is_telling(module, data, direct=path in self._near) or not self._add(module, data):
                    continue
                if path in self._near and module.is_package:
                    self._near.add(module.path)  # what it imports is imported through it
                self._later.append(module.path)
            self._links[path][written] = module.path
            if not is_around:
                # Of a package, what it has these names from; of a module, all that it may need itself.
                self._take(module.path, statement.names if module.is_package else ())

    def _follow_heirs(self, path: str, data: bytes) -> None:
        for module in self._finder.heirs_of(path, data, _SDK, defined=path == self._top):
            if module.path not in self._links and self._add(module, self._finder.read(module.path)):
                self._take(module.path)

    def _take(self, path: str, names: Sequence[str] = ()) -> None:
        """Lets the import statements of a file be followed that are left: those that bring in one of some names, or all."""
        left = self._left[path]
        taken = [each for each in left if not names or not each.names or not set(names).isdisjoint(each.names)]
        self._left[path] = [each for each in left if each not in taken]
        self._pending.append((path, taken))

    def _open(self, path: str, data: bytes) -> None:
        imports = imports_in(data)
        self._data[path], self._left[path], self._around[path], self._links[path] = data, imports, packages_around(imports), {}

    def _add(self, module: ModuleFile, data: bytes) -> bool:
        """Parses a module, if it can be and the bounds allow that it is followed; whether it is."""
        if self._size + len(data) > _MAX_BYTES or len(self._parsed) >= _MAX_MODULES:
            return False
        parsed = _followed(module, data)
        if parsed is None:
            return False
        self._size += len(data)
        self._parsed[module.path] = parsed
        self._open(module.path, data)
        return True


def _is_telling(module: ModuleFile, data: bytes, *, direct: bool) -> bool:
    """Whether it pays to parse a module. Packages hand on what their modules define, and small ones often hold constants."""
    is_asked = len(data) <= _SMALL or _SETTINGS.fullmatch(module.name.rpartition(".")[2]) is not None
    if module.is_package or (direct and is_asked):
        return bool(data)
    if direct:
        return _TELLING.search(data) is not None
    return (len(data) <= _SMALL and _TELLING_SMALL.search(data) is not None) or _TELLING_FAR.search(data) is not None


@dataclass
class _Kept:
    """A parsed file. followed: the same as a module, once it has been followed."""

    root: cst.Module
    followed: Parsed | None = None


# The files parsed last, for those that are checked next: most files of a project import the same few, and each other.
_kept: OrderedDict[tuple[str, str], _Kept | None] = OrderedDict()
_numbers = count(2)


def forget() -> None:
    """Drops the parsed files that are kept."""
    _kept.clear()


def parse_file(path: str, text: str) -> cst.Module:
    """The tree of a file that others may import, or have imported. Raises Unparsable."""
    kept = _parsed(path, text)
    return kept.root if kept is not None else parse(text)


def _parsed(path: str, text: str) -> _Kept | None:
    key = path, text
    if key not in _kept:
        try:
            _kept[key] = _Kept(parse(text))
        except Unparsable:
            _kept[key] = None
        while sum(len(text) for _, text in _kept) > _KEPT_BYTES and len(_kept) > 1:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _followed(module: ModuleFile, data: bytes) -> Parsed | None:
    try:
        (cell,) = read_source(module.path, data).cells
    except UnreadableSource:
        return None
    kept = _parsed(module.path, cell.text)
    if kept is not None and kept.followed is None:
        scope = Scope("module", kept.root, None)
        scope.name = _name_for(module)
        kept.followed = Parsed(kept.root, Cell(cell.text, cell.text, path=module.path), Walk([kept.root], scope))
    return kept.followed if kept is not None else None


def _name_for(module: ModuleFile) -> str:
    """The module's name, unless another has it: two files may have one name, in two parts of a project."""
    others = (kept.followed for (path, _), kept in _kept.items() if kept is not None and path != module.path)
    taken = {followed.walk.module.name for followed in others if followed is not None}
    return module.name if module.name not in taken else f"{module.name}#{next(_numbers)}"
