"""What methods of text, and functions of the standard library, make of constants, as long as that stays small."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN = _Unknown()
# Stands in folded text for a part that is not known, so that nothing is taken to reach across it.
HOLE = "\0"

# What `%` puts something in place of, with the width and precision by which a short template can grow very long.
TEMPLATE_PART = re.compile(r"%(?:\((?P<name>\w*)\))?[-#0 +]*(?P<width>[\d*]*)\.?(?P<precision>[\d*]*)[hlL]?(?P<type>[a-zA-Z%])")
_PAD = re.compile(r"\d{4}|[{*]")
_LONGEST = 8192

# Codecs that give no more text than they are given, give or take a few times as much.
_CODECS = frozenset(
    {"utf-8", "ascii", "iso8859-1", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "unicode-escape"}
    | {"raw-unicode-escape", "rot13", "rot-13", "hex", "base64"}
)


def with_holes(template: str) -> str:
    """A `%` template with nothing known of what is put in."""
    return TEMPLATE_PART.sub(HOLE, template)


def may_grow(template: str | bytes) -> bool:
    """Whether a `%` template pads its parts by so much that the text would be of no interest to anyone."""
    text = template.decode("latin-1") if isinstance(template, bytes) else template
    return any(_PAD.search(part["width"]) or _PAD.search(part["precision"]) for part in TEMPLATE_PART.finditer(text))


def fields(template: str) -> Iterator[tuple[str, str | None, str, str]]:
    """The parts of a template of `.format`: a text, the name or number of what is put behind it, its format and conversion."""
    automatic = 0
    for literal, field, spec, conversion in string.Formatter().parse(template):
        if field == "":
            field, automatic = str(automatic), automatic + 1
        yield literal, field, spec or "", conversion or ""


def formatted(template: str, positional: Sequence[Any], named: Mapping[str, Any]) -> str:
    """What `.format` makes of a template, with a HOLE for each part that is not known."""
    pieces: list[str] = []
    for literal, field, spec, conversion in fields(template):
        pieces.append(literal)
        if field is None:
            continue
        if field.isdigit():
            value = positional[int(field)] if int(field) < len(positional) else UNKNOWN
        else:
            value = named.get(field, UNKNOWN)
        pieces.append(in_place(value, conversion, spec))
    return "".join(pieces)


def in_place(value: Any, conversion: str, spec: str) -> str:
    """The text that a value becomes in an f-string or by `.format`; a HOLE where that is not known."""
    if not isinstance(value, (str, int, float)) or _PAD.search(spec) or conversion not in ("", "s", "r"):
        return HOLE
    value = repr(value) if conversion == "r" else str(value) if conversion else value
    return HOLE if isinstance(value, str) and HOLE in value and spec else format(value, spec)


def _codec(name: str) -> str:
    import codecs

    if codecs.lookup(name).name.replace("_", "-") not in _CODECS:
        raise LookupError(name)
    return name


def _encode(text: str, encoding: str = "utf-8", *_: str) -> bytes:
    return text.encode(_codec(encoding))


def _decode(data: bytes, encoding: str = "utf-8", *_: str) -> str:
    return data.decode(_codec(encoding))


def _decode_by_codec(data: Any, encoding: str = "utf-8", *_: str) -> Any:
    import codecs

    return codecs.decode(data.encode() if isinstance(data, str) and encoding.startswith("unicode") else data, _codec(encoding))


def _encode_by_codec(data: Any, encoding: str = "utf-8", *_: str) -> Any:
    import codecs

    return codecs.encode(data, _codec(encoding))


def _replace(text: Any, old: Any, new: Any, *count: int) -> Any:
    return text.replace(old, new, *count) if len(text) < 1000 and len(new) < 1000 else UNKNOWN


def _translate(text: Any, table: Any, *deleted: bytes) -> Any:
    if isinstance(table, dict) and any(isinstance(new, str) and len(new) > 10 for new in table.values()):
        return UNKNOWN
    return text.translate(table, *deleted)


def _padded(method: str) -> Callable[..., Any]:
    return lambda text, width, *fill: getattr(text, method)(width, *fill) if width <= _LONGEST else UNKNOWN


def _as_it_is(method: str) -> Callable[..., Any]:
    return lambda text, *arguments: getattr(text, method)(*arguments)


def _parts(method: str) -> Callable[..., Any]:
    return lambda text, *arguments: tuple(getattr(text, method)(*arguments))


def _to_bytes(number: int, length: int = 1, order: str = "big") -> Any:
    return number.to_bytes(length, order) if order in ("big", "little") and length <= _LONGEST else UNKNOWN  # type: ignore[arg-type]


TEXT_METHODS: dict[str, Callable[..., Any]] = {
    **{
        name: _as_it_is(name)
        for name in ("strip", "lstrip", "rstrip", "lower", "upper", "casefold", "swapcase", "title", "capitalize")
    },
    **{name: _as_it_is(name) for name in ("removeprefix", "removesuffix", "hex")},
    **{name: _parts(name) for name in ("split", "rsplit", "splitlines", "partition", "rpartition")},
    **{name: _padded(name) for name in ("ljust", "rjust", "center", "zfill")},
    "replace": _replace,
    "translate": _translate,
    "encode": _encode,
    "decode": _decode,
    "to_bytes": _to_bytes,
    "format": lambda template, *parts: found if HOLE not in (found := formatted(template, parts, {})) else UNKNOWN,
}


def _call(module: str, name: str) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        from importlib import import_module

        return getattr(import_module(module), name)(*arguments)

    return call


def _bytes(source: Any = b"", *encoding: str) -> bytes:
    if isinstance(source, str):
        return _encode(source, *encoding)
    return bytes(source) if isinstance(source, (bytes, tuple, range)) else b""


def _str(value: Any = "", *encoding: str) -> Any:
    if isinstance(value, bytes):
        return _decode(value, *encoding) if encoding else UNKNOWN
    return str(value) if isinstance(value, (str, int)) else UNKNOWN


def _reversed(items: Any) -> Any:
    return tuple(reversed(items))


def _maketrans(*tables: Any) -> Any:
    return str.maketrans(*tables)


# Functions by their qualified names.
FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{
        f"base64.{name}": _call("base64", name)
        for name in (
            *("b64decode", "standard_b64decode", "urlsafe_b64decode", "b32decode", "b16decode", "b85decode", "a85decode"),
            *("decodebytes", "b64encode", "urlsafe_b64encode"),
        )
    },
    **{f"binascii.{name}": _call("binascii", name) for name in ("unhexlify", "a2b_hex", "a2b_base64", "hexlify")},
    "builtins.bytes.fromhex": bytes.fromhex,
    "builtins.bytearray.fromhex": bytes.fromhex,
    "builtins.bytes": _bytes,
    "builtins.bytearray": _bytes,
    "builtins.str": _str,
    "builtins.str.maketrans": _maketrans,
    "builtins.int.to_bytes": _to_bytes,
    "builtins.chr": chr,
    "builtins.reversed": _reversed,
    "builtins.ord": ord,
    "codecs.decode": _decode_by_codec,
    "codecs.encode": _encode_by_codec,
    "urllib.parse.unquote": _call("urllib.parse", "unquote"),
    "html.unescape": _call("html", "unescape"),
}
# The last parts of their names, for a quick look; the methods that put text together among them.
NAMES = frozenset(name.rpartition(".")[2] for name in FUNCTIONS) | frozenset(TEXT_METHODS)
NAMES |= {"join", "substitute", "safe_substitute", "reduce"}
