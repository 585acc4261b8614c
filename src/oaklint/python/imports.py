"""The modules of the same project that a program imports, parsed, as far as they can matter to what it does."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple

from oaklint.python import cst
from oaklint.python.parse import Unparsable, parse
from oaklint.python.scopes import Scope
from oaklint.python.tree import Walk
from oaklint.source import Cell, InProject, ModuleFile, Source, UnreadableSource, imports_in, read_source

# How much is followed for one program; beyond this an import is like one that cannot be found.
_MAX_MODULES = 20
_MAX_BYTES = 250_000
# What the parsed files that are kept may have in all: a tree takes 50 to 250 times the memory of its text.
_KEPT_BYTES = 1_500_000
# A large module without any of this defines no client, handles no error, leaves the environment alone, asks nobody and keeps no
# flag.
_SMALL = 8_000
_TELLING = re.compile(rb"openai|OpenAI|environ|dotenv|getenv|except|raise|retry|\binput\(|\bglobal ")
# What such a module does when it is imported is asked of it all the same.
_SETTINGS = re.compile(r"(?:\w+_)?(?:conf|config\w*|credentials?|env\w*|secrets?|settings?)")
_TELLING_FAR = re.compile(rb"openai|OpenAI|environ|dotenv|retry|\bllm\b|client|\binput\(|\bglobal ")
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
    """The first-party modules that a file imports, directly and through each other, nearest first, and those that say what its
    abstract classes do, within bounds.

    What is not found, cannot be parsed or lies beyond the bounds is left out.
    """
    assert source.place is not None
    code = "\n".join(cell.code or "" for cell in source.code_cells).encode("utf-8", "surrogatepass")
    return _Following(source.place).follow(code)


class _Following:
    """What is followed from one file."""

    def __init__(self, place: InProject) -> None:
        self._top, self._finder = place
        self._parsed: dict[str, Parsed] = {}
        self._links: dict[str, dict[str, str]] = {self._top: {}}
        self._size = 0

    def follow(self, code: bytes) -> Imports:
        near = {self._top}
        files = [(self._top, code)]
        for path, data in files:
            for written, module in self._finder.imported_by(path, imports_in(data)):
                if module.path not in self._links:
                    text = self._finder.read(module.path)
                    if not _is_telling(module, text, direct=path in near) or not self._add(module, text):
                        continue
                    if path in near and module.is_package:
                        near.add(module.path)  # what it imports is imported through it
                    files.append((module.path, text))
                self._links[path][written] = module.path
            for module in self._finder.heirs_of(path, data, _SDK, defined=path == self._top):
                text = self._finder.read(module.path)
                if module.path not in self._links and self._add(module, text):
                    files.append((module.path, text))
        modules = {path: ImportedModule(parsed, self._links[path]) for path, parsed in self._parsed.items()}
        return Imports(modules, self._links[self._top])

    def _add(self, module: ModuleFile, data: bytes) -> bool:
        """Parses a module, if it can be and the bounds allow that it is followed; whether it is."""
        if self._size + len(data) > _MAX_BYTES or len(self._parsed) >= _MAX_MODULES:
            return False
        parsed = _followed(module, data)
        if parsed is None:
            return False
        self._size += len(data)
        self._parsed[module.path] = parsed
        self._links[module.path] = {}
        return True


def _is_telling(module: ModuleFile, data: bytes, *, direct: bool) -> bool:
    """Whether it pays to parse a module. Packages hand on what their modules define, and small ones often hold constants."""
    is_asked = len(data) <= _SMALL or _SETTINGS.fullmatch(module.name.rpartition(".")[2]) is not None
    if module.is_package or (direct and is_asked):
        return bool(data)
    return (_TELLING if direct else _TELLING_FAR).search(data) is not None


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
