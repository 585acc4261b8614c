"""From the bytes of a file to its text: encodings, byte order marks, and what cannot be read."""

from __future__ import annotations

import codecs
import re

from oaklint.source.cell import Cell, Source, UnreadableSource

_LINE_END = re.compile(rb"\r\n?|\n")
# The longer marks come first: that of UTF-32-LE starts with that of UTF-16-LE.
_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_NO_TEXT = re.compile("[\0\ud800-\udfff]")


def is_notebook(name: str) -> bool:
    """Whether a file of this name is a Jupyter notebook."""
    return name.lower().endswith(".ipynb")


def read_source(name: str, data: bytes) -> Source:
    """Read the bytes of a file into cells; its name, as shown to the user, tells a notebook from a Python file.

    The text keeps its line ends and form feeds; only a UTF-8 byte order mark is taken off.
    Raises UnreadableSource, and nothing else, where the bytes are no text or no notebook.
    """
    if is_notebook(name):
        from oaklint.source.notebook import read_cells

        return Source(name, data, read_cells(_decode(data, "utf-8")), notebook=True)
    text = _decode(data, declared_encoding(data))
    return Source(name, data, (Cell(text, text),))


def declared_encoding(data: bytes) -> str:
    """The encoding that the first two lines declare (PEP 263), as `tokenize` reads them."""
    end = data.find(b"\n")
    if end >= 0:
        end = data.find(b"\n", end + 1)
    head = data if end < 0 else data[: end + 1]
    if b"coding" not in head:  # nearly every file: `tokenize` need not be imported for it
        return "utf-8"
    from io import BytesIO
    from tokenize import detect_encoding

    try:
        encoding, _ = detect_encoding(BytesIO(head).readline)
    except SyntaxError:
        _decode(data, "utf-8")  # says more about bytes that are no UTF-8 than that the declaration is missing
        raise _unreadable(data, "it declares an encoding that is unknown or contradicts its byte order mark") from None
    return "utf-8" if encoding == "utf-8-sig" else encoding


def _decode(data: bytes, encoding: str) -> str:
    """The text of the bytes without byte order mark. Raises UnreadableSource."""
    for mark, wide in _WIDE_MARKS:
        if data.startswith(mark):
            raise _unreadable(data, f"it is encoded in {wide}; Python files and notebooks are UTF-8")
    nul = data.find(b"\0")
    if nul >= 0:
        raise _unreadable(data, "it holds a NUL byte", nul)
    mark_size = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
    try:
        text = (data[mark_size:] if mark_size else data).decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(data, f"its bytes are not valid {encoding}", mark_size + error.start) from None
    except (LookupError, ValueError, OverflowError):  # `rot13`, `hex`, `idna`: codecs, but not for the text of a file
        raise _unreadable(data, "it declares an encoding that is not one for text") from None
    # Some declared encodings (utf-7, utf-16, EBCDIC) decode ASCII bytes to other text, or to what is no text at all.
    if encoding != "utf-8" and ("coding" not in text or _NO_TEXT.search(text)):
        raise _unreadable(data, "the encoding that it declares does not fit its bytes")
    return text


def _unreadable(data: bytes, reason: str, offset: int | None = None) -> UnreadableSource:
    """The exception for a file, with the place of its first bad byte and what of its text can be saved."""
    message, row = f"the file cannot be read: {reason}", 1
    if offset is not None:
        row += len(_LINE_END.findall(data, 0, offset))
        message += f" (byte offset {offset})"
    unmarked = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be" if data[:1] == b"\0" else "utf-8-sig"
    encoding = next((wide for mark, wide in _WIDE_MARKS if data.startswith(mark)), unmarked)
    return UnreadableSource(message, row=row, text=data.decode(encoding, "replace"))
