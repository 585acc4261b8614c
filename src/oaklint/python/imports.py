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
from oaklint.source import Cell, ModuleFile, Source, UnreadableSource, imports_in, read_source

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
    """The first-party modules that a file imports, directly and through each other, nearest first, within bounds.

    What is not found, cannot be parsed or lies beyond the bounds is left out.
    """
    assert source.place is not None
    top, finder = source.place
    code = "\n".join(cell.code or "" for cell in source.code_cells).encode("utf-8", "surrogatepass")
    links: dict[str, dict[str, str]] = {top: {}}
    found: dict[str, Parsed] = {}
    pending = [(top, code)]
    near = {top}
    size = 0
    for importer, data in pending:
        for written, module in finder.imported_by(importer, imports_in(data)):
            if module.path not in links:
                text = finder.read(module.path)
                if (
                    size + len(text) > _MAX_BYTES
                    or len(found) >= _MAX_MODULES
                    or not _is_telling(module, text, direct=importer in near)
                ):
                    continue
                parsed = _followed(module, text)
                if parsed is None:
                    continue
                size += len(text)
                found[module.path] = parsed
                links[module.path] = {}
                if importer in near and module.is_package:
                    near.add(module.path)  # what it imports is imported through it
                pending.append((module.path, text))
            links[importer][written] = module.path
    modules = {path: ImportedModule(parsed, links[path]) for path, parsed in found.items()}
    return Imports(modules, links[top])


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
