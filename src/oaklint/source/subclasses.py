"""Which files of a project define classes that inherit from which, told from their text alone.

An import leads from a subclass to its base. This is the way back: who calls a method of an abstract class, or of a protocol, runs
what others make of it, and they stand in files that nobody in sight needs to import.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

# The head of a class, with its name and what stands in its parentheses, or of a function, with its name.
_HEAD = re.compile(
    rb"^([ \t]*)(?:class[ \t]+(\w+)[ \t]*(?:\[[^\]\n]*\][ \t]*)?(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)[ \t]*)?:"
    rb"|(?:async[ \t]+)?def[ \t]+(\w+))",
    re.MULTILINE,
)
_BASE = re.compile(rb"(?:\A|,)\s*(?:\w+\.)*(\w+)\s*(?=\Z|[,\[])")
_IMPORT = re.compile(rb"^[ \t]*(?:from[ \t]+[.\w]+[ \t]+)?import\b[ \t]*(?:\([^)]{0,4000}\)|[^\r\n]*)", re.MULTILINE)
_LONG_STRING = re.compile(rb"\"\"\".*?\"\"\"|\'\'\'.*?\'\'\'", re.DOTALL)
# A method that is there to be overridden, or the decorator that says so. A docstring that is all of it has become two quotes.
_OPEN = re.compile(
    rb"abstract|NotImplementedError|(?:\.\.\.|\bpass)[ \t]*(?:#[^\n]*)?\r?$"
    rb"|:[ \t]*\r?\n[ \t]*\"\"[ \t]*(?=\s*(?:@|\Z))",
    re.MULTILINE,
)
# What methods call, or are given, of their object.
_CALLED = re.compile(rb"\bself\.(\w+)\(")
_GIVEN = re.compile(rb"\bself\.(\w+)[ \t]*(?::[^=\n]{0,200})?=(?!=)")
# Bases that define nothing that methods would call.
_ROOTS = frozenset({b"object", b"ABC", b"Generic", b"Protocol"})
_WORD = re.compile(rb"\w+")
_MAX_FILES, _MAX_FOLDERS = 800, 400
_NO_SOURCES = frozenset({"node_modules", "site-packages", "dist-packages", "build", "dist", "venv", "env"})


@dataclass
class _Class:
    """A class as its text shows it.

    methods: what it defines. called, given: what its methods call of their object, and give to it. says_so: whether it says by
    itself that others are to define something.
    """

    name: bytes
    bases: list[bytes]
    says_so: bool
    methods: set[bytes] = field(default_factory=set)
    called: set[bytes] = field(default_factory=set)
    given: set[bytes] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether it leaves something to those that inherit from it, or fit it."""
        return self.says_so or (_ROOTS.issuperset(self.bases) and not self.called <= self.methods | self.given)

    @property
    def protocol(self) -> set[bytes]:
        """What a class has to define to fit this one, if this is a protocol."""
        return {name for name in self.methods if not name.startswith(b"__")} if b"Protocol" in self.bases else set()


def heirs_by_class(paths: Iterable[str], read: Callable[[str], bytes]) -> dict[bytes, set[str]]:
    """For each class that some files define, and that leaves something to others, those of them that define classes which inherit
    from it, or fit it, at any remove.

    read: gives the bytes of a file. Classes of one name count as one.
    """
    classes = [(each, path) for path in paths for each in _classes_in(read(path))]
    open_ones = {each.name for each, _ in classes if each.is_open}
    protocols = [(each.name, required) for each, _ in classes if (required := each.protocol)]
    children: dict[bytes, list[tuple[bytes, str]]] = {}
    for each, path in classes:
        fitting = (name for name, required in protocols if required <= each.methods and name != each.name)
        for base in {*each.bases, *fitting}:
            children.setdefault(base, []).append((each.name, path))
    return {name: set(_heirs(name, children)) for name in open_ones & children.keys()}


def _heirs(class_name: bytes, children: Mapping[bytes, Sequence[tuple[bytes, str]]]) -> Iterator[str]:
    names = [class_name]
    for name in names:
        for child, path in children.get(name, ()):
            yield path
            if child not in names:
                names.append(child)


def mentioned(class_names: Collection[bytes], data: bytes, *, defined: bool) -> set[bytes]:
    """Those of some classes that a file mentions otherwise than to import them or to inherit from them.

    defined: whether it counts that the file defines them.
    """
    candidates = {name for name in class_names if name in data}
    if not candidates:
        return set()
    known = set(_WORD.findall(_HEAD.sub(b"", _IMPORT.sub(b"", _LONG_STRING.sub(b'""', data)))))
    return candidates & (known | {each.name for each in _classes_in(data)} if defined else known)


def _classes_in(data: bytes) -> list[_Class]:
    """The classes that a file defines."""
    code = _LONG_STRING.sub(b'""', data) if b"class" in data else b""
    found: list[_Class] = []
    around: list[tuple[int, _Class | None]] = []
    heads = [*_HEAD.finditer(code)]
    for head, end in zip(heads, [*(each.start() for each in heads[1:]), len(code)], strict=False):
        indent, name, bases, function = head.groups()
        while around and around[-1][0] >= len(indent):
            around.pop()
        owner = around[-1][1] if around else None
        if function is None:
            found.append(_Class(name, _BASE.findall(bases or b""), b"Protocol" in (bases or b"")))
        elif owner is not None:
            owner.methods.add(function)
            owner.called.update(_CALLED.findall(code, head.end(), end))
            owner.given.update(_GIVEN.findall(code, head.end(), end))
        around.append((len(indent), found[-1] if function is None else None))
        if found and _OPEN.search(code, head.end(), end):
            found[-1].says_so = True
    return found


def sources_in(folder: str) -> list[str]:
    """The Python files in a folder and below; none where there are too many to be looked through."""
    found: list[str] = []
    folders = [folder]
    for here in folders:
        entries = _entries(here)
        found += _files(entries)
        names = (entry for entry in entries if "." not in entry.name and entry.name not in _NO_SOURCES)
        folders += (entry.path for entry in names if entry.is_dir(follow_symlinks=False))
        if len(found) > _MAX_FILES or len(folders) > _MAX_FOLDERS:
            return []
    return found


def scripts_in(folder: str) -> list[str]:
    """The Python files in a folder itself."""
    return _files(_entries(folder))


def _entries(folder: str) -> list[os.DirEntry[str]]:
    try:
        return sorted(os.scandir(folder), key=lambda entry: entry.name)
    except (OSError, ValueError):
        return []


def _files(entries: Iterable[os.DirEntry[str]]) -> list[str]:
    return [entry.path for entry in entries if entry.name.endswith(".py") and _may_be_read(entry)]


def _may_be_read(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or a link, and no pipe, which would never end."""
    return entry.is_file(follow_symlinks=False) or entry.is_symlink()
