"""From the JSON of a Jupyter notebook to cells, each row of which knows its row in the file.

Formats 4 and 3 are read.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from oaklint.source.cell import Cell, CellKind, UnreadableSource
from oaklint.source.ipython import mask
from oaklint.source.location import LineIndex


def read_cells(text: str) -> tuple[Cell, ...]:
    """The cells of a notebook, in order, each followed by its saved output and its metadata if these hold text; the metadata of
    the notebook itself come last.

    text: the notebook file, decoded, without byte order mark. Raises UnreadableSource where it is no notebook.
    """
    index = LineIndex(text)
    try:
        return tuple(_cells(_load(text), text, index))
    except _Malformed as error:
        row = index.location(error.offset).row
        raise UnreadableSource(f"the file is no notebook: {error.reason}", row=row, text=text) from None


class SourceStrings(NamedTuple):
    """Where a cell's text stands in the JSON: the offset of the opening quote of each string, and whether an array holds them."""

    offsets: list[int]
    is_array: bool


def source_strings(text: str) -> dict[int, SourceStrings]:
    """The strings that hold the text of each cell, by the cell's number. text: a notebook that `read_cells` takes."""
    found = {}
    for number, raw in enumerate(_raw_cells(_load(text)), 1):
        source = _source(raw)
        strings = source if isinstance(source, list) else [source]
        found[number] = SourceStrings([string.offset for string in strings], isinstance(source, list))
    return found


class _Malformed(Exception):
    """Why a text is no notebook, and the 0-based offset where that shows."""

    def __init__(self, reason: str, offset: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


# --- JSON with places -----------------------------------------------------------------------------------------------------------


class _Located(str):
    """A string of the JSON text, and the 0-based offset of its opening quote."""

    __slots__ = ("offset",)
    offset: int


class _Object(dict[str, Any]):
    """An object of the JSON text, and where the values stand that are not read with places."""

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, tuple[int, int]] = {}


# What lies under these keys is read with places; everything else (metadata, images, plots) by the fast standard decoder.
_WITH_PLACES = frozenset(
    {"worksheets", "cells", "source", "input", "outputs", "data", "text", "html", "text/plain", "text/html", "traceback"}
)
_BLANK = re.compile(r"[ \t\r\n]*")


def _load(text: str) -> Any:
    """The value of a JSON text, the strings under `_WITH_PLACES` as `_Located`. Raises _Malformed."""
    import json

    try:
        json.loads(text)  # judges the text, so that the walk may take its grammar for granted
        return _walk(text, _BLANK.match(text).end(), json.JSONDecoder().raw_decode)[0]  # type: ignore[union-attr]
    except json.JSONDecodeError as error:
        raise _Malformed(f"{error.msg.rstrip(': ')} (JSON)", error.pos) from None
    except RecursionError:
        raise _Malformed("its JSON is nested too deeply") from None
    except ValueError:  # an integer with more digits than Python converts
        raise _Malformed("its JSON holds a number that is too long") from None


def _walk(text: str, start: int, decode: Callable[[str, int], tuple[Any, int]]) -> tuple[Any, int]:
    """The value that starts at an offset of a valid JSON text, and the offset of its end."""

    def skip(offset: int) -> int:
        return _BLANK.match(text, offset).end()  # type: ignore[union-attr]

    value: Any
    if text[start] == "[":
        value, offset = [], skip(start + 1)
        while text[offset] != "]":
            item, offset = _walk(text, offset, decode)
            value.append(item)
            offset = skip(offset)
            if text[offset] == ",":
                offset = skip(offset + 1)
        return value, offset + 1
    if text[start] == "{":
        value, offset = _Object(), skip(start + 1)
        while text[offset] != "}":
            key, offset = decode(text, offset)
            offset = skip(skip(offset) + 1)  # over the colon
            begin = offset
            value[key], offset = _walk(text, offset, decode) if key in _WITH_PLACES else decode(text, offset)
            if key not in _WITH_PLACES:
                value.spans[key] = begin, offset
            offset = skip(offset)
            if text[offset] == ",":
                offset = skip(offset + 1)
        return value, offset + 1
    value, end = decode(text, start)
    if isinstance(value, str):
        value = _Located(value)
        value.offset = start
    return value, end


# --- cells ----------------------------------------------------------------------------------------------------------------------

# Half a surrogate pair is no text, and NUL ends it for some parsers; JSON can escape both.
_NO_TEXT = re.compile("[\0\ud800-\udfff]")
# Colours of a terminal.
_ANSI = re.compile(r"\x1b\[[0-9;:?]*[ -/]*[@-~]")
_DATABRICKS = "application/vnd.databricks.v1+notebook"
# Data that is no text.
_BINARY = ("image/", "audio/", "video/", "font/", "application/pdf", "application/octet-stream")
# Strings that are long enough to be of interest where nobody reads them.
_STRING = re.compile(r'"(?:[^"\\]|\\.){20,}+"')


class _Piece(NamedTuple):
    """Text that stands in one string of the JSON file, hence (JSON strings hold no line ends) in one row of it."""

    text: str
    file_row: int


def _cells(notebook: Any, text: str, index: LineIndex) -> Iterator[Cell]:
    metadata = _mapping(notebook, "the top level").get("metadata")
    python = _is_python(metadata)
    databricks = isinstance(metadata, dict) and _DATABRICKS in metadata
    for number, raw in enumerate(_raw_cells(notebook), 1):
        where = f"cell {number}"
        kind = _mapping(raw, where).get("cell_type")
        if not isinstance(kind, str):
            raise _Malformed(f"{where} has no type")
        pieces = _pieces(_source(raw), index, where)
        if kind != "code":
            yield _cell(pieces, "markdown", number)
        else:
            yield _cell(pieces, "code", number, python=python and _is_python_cell(raw), databricks=databricks)
            if output := list(_output_pieces(raw.get("outputs"), text, index)):
                yield _cell(output, "output", number)
        if strings := list(_strings_under("metadata", raw, text, index)):
            yield _cell(strings, "metadata", number)
    start, end = notebook.spans.get("metadata", (0, 0))
    if _STRING.search(text, start, end):
        # It belongs to no cell: its rows are those of the file.
        yield Cell("\n" * (index.location(start).row - 1) + text[start:end], None, "metadata")


def _raw_cells(notebook: dict[str, Any]) -> Iterator[Any]:
    """The cells of a format 4 notebook, or those of all worksheets of a format 3 one."""
    if "cells" in notebook:
        yield from _sequence(notebook["cells"], "cells")
    elif "worksheets" in notebook:
        for sheet in _sequence(notebook["worksheets"], "worksheets"):
            yield from _sequence(_mapping(sheet, "a worksheet").get("cells", []), "cells")
    else:
        raise _Malformed("it has no cells")


def _source(cell: dict[str, Any]) -> Any:
    return cell["input"] if "input" in cell and "source" not in cell else cell.get("source", [])


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _Malformed(f"{what} is not an object")
    return value


def _sequence(value: Any, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _Malformed(f"{what} is not an array")
    return value


def _pieces(source: Any, index: LineIndex, where: str) -> list[_Piece]:
    """A source (or any other text of a notebook): one string, or an array of strings."""
    strings = source if isinstance(source, list) else [source]
    for string in strings:
        if not isinstance(string, _Located):
            raise _Malformed(f"the text of {where} is neither a string nor an array of strings")
    return [_Piece(string, index.location(string.offset).row) for string in strings]


def _cell(pieces: list[_Piece], kind: CellKind, number: int, *, python: bool = False, databricks: bool = False) -> Cell:
    text = _NO_TEXT.sub("\ufffd", "".join(piece.text for piece in pieces))
    code = mask(text, databricks=databricks) if python else None
    starts, offset = [], 0
    for piece in pieces:
        starts.append(offset)
        offset += len(piece.text)
    rows = tuple(pieces[bisect_right(starts, start) - 1].file_row for start in LineIndex(text).starts) if pieces else ()
    return Cell(text, code, kind, number, rows)


def _output_pieces(outputs: Any, text: str, index: LineIndex) -> Iterator[_Piece]:
    """The readable text of saved outputs. They are no part of the program: what has an unexpected form is passed over."""
    for output in outputs if isinstance(outputs, list) else []:
        if not isinstance(output, dict):
            continue
        data = output.get("data")
        bundles = [output, data] if isinstance(data, _Object) else [output]
        for bundle in bundles:
            for key in ("text", "html", "text/plain", "text/html"):
                if key in bundle:
                    yield from _ended(_without_colours(_lenient_pieces(bundle[key], index)))
        for key in data.spans if isinstance(data, _Object) else ():
            if not key.startswith(_BINARY):
                yield from _strings_under(key, data, text, index)
        yield from _strings_under("evalue", output, text, index)
        for line in _without_colours(_lenient_pieces(output.get("traceback"), index)):
            yield from _ended([line])


def _strings_under(key: str, holder: Any, text: str, index: LineIndex) -> Iterator[_Piece]:
    """The long strings of a JSON value that is not read with places."""
    import json

    for string in _STRING.finditer(text, *holder.spans.get(key, (0, 0))):
        yield from _ended([_Piece(_ANSI.sub("", json.loads(string.group(), strict=False)), index.location(string.start()).row)])


def _without_colours(pieces: list[_Piece]) -> list[_Piece]:
    return [piece._replace(text=_ANSI.sub("", piece.text)) for piece in pieces]


def _lenient_pieces(value: Any, index: LineIndex) -> list[_Piece]:
    try:
        return _pieces(value, index, "an output")
    except _Malformed:
        return []


def _ended(pieces: list[_Piece]) -> Iterable[_Piece]:
    """The pieces of one text, the last with a line end, so that the next text starts in a row of its own."""
    if pieces and not pieces[-1].text.endswith("\n"):
        pieces[-1] = pieces[-1]._replace(text=pieces[-1].text + "\n")
    return pieces


def _is_python(metadata: Any) -> bool:
    """Whether a notebook's kernel runs Python, which is also assumed where the notebook does not say."""
    for key, name in (("language_info", "name"), ("kernelspec", "language"), (_DATABRICKS, "language")):
        section = metadata.get(key) if isinstance(metadata, dict) else None
        language = section.get(name) if isinstance(section, dict) else None
        if isinstance(language, str) and language:
            return _names_python(language)
    return True


def _is_python_cell(cell: dict[str, Any]) -> bool:
    """Whether a cell does not itself name another language, as VS Code and format 3 let it."""
    metadata = cell.get("metadata")
    section = metadata.get("vscode") if isinstance(metadata, dict) else None
    languages = (cell.get("language"), section.get("languageId") if isinstance(section, dict) else None)
    return all(_names_python(language) for language in languages if isinstance(language, str))


def _names_python(language: str) -> bool:
    return language.lower() in {"python", "ipython", "python2", "python3", "ipython2", "ipython3"}
