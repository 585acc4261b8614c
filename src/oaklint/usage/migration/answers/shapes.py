"""What an expression is, as far as the answers of requests are concerned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from oaklint.python import cst
from oaklint.sdk.answers import Field, field


@dataclass(frozen=True)
class Shape:
    """What an expression is, as far as answers are concerned.

    object:   a value of the SDK, of a type. page: a list of such, as it is answered. list: several of what `of` says.
    dict:     the plain dict that an object of a type has been made, which has no attributes.
    stream:   an answer that may come in chunks, of the type `chunk`.
    pending:  what gives it when it is awaited, or asked for its result. function: what gives it when it is called.
    tuple:    several things, by their places, or a dict of several by their keys.
    may_miss: whether it may be None where 0.x had nothing.
    may_be_text: whether it is no object where the request asked for text.
    optional: whether it is asked for as what may be there or not, and is None if not.
    limit:    the only fields that it still has, if it has lost some.
    made_by:  the generator of the program that yields them.
    """

    form: Literal["object", "page", "dict", "list", "stream", "pending", "function", "tuple"]
    type: str = ""
    chunk: str = ""
    of: Shape | None = None
    parts: tuple[Shape | None, ...] = ()
    keys: tuple[str, ...] = ()
    may_miss: bool = False
    may_be_text: bool = False
    optional: bool = False
    limit: frozenset[str] | None = None
    made_by: cst.FunctionDef | None = None

    @property
    def item(self) -> Shape | None:
        """What a loop over it gives."""
        match self.form:
            case "list":
                return self.of
            case "page":
                found = field(self.type, "data")
                return Shape("object", found.type, limit=self.limit) if found is not None and found.type else None
            case "stream":
                return Shape("object", self.chunk)
            case _:
                return None

    @property
    def is_plain(self) -> bool:
        """Whether it is a dict, or nothing but such."""
        return self.form == "dict" or any(part is not None and part.is_plain for part in (self.of, *self.parts))

    @property
    def is_object(self) -> bool:
        """Whether it is, or may be, an object with fields."""
        return self.form in ("object", "page", "stream")


def several(of: Shape | None, made_by: cst.FunctionDef | None = None) -> Shape:
    return Shape("list", of=of, made_by=made_by)


def pending(of: Shape) -> Shape:
    return Shape("pending", of=of)


def function(of: Shape) -> Shape:
    return Shape("function", of=of)


def plain(shape: Shape) -> Shape:
    """What it is when its objects have been handed on as dicts."""
    if shape.form in ("object", "page"):
        return Shape("dict", shape.type)
    parts = tuple(plain(part) if part is not None else None for part in shape.parts)
    return replace(shape, of=plain(shape.of) if shape.of is not None else None, parts=parts)


def held_by(found: Field, of: Shape) -> Shape | None:
    """What a field holds, as far as it is to be followed."""
    if not found.type:
        return None
    one = Shape("object", found.type, limit=of.limit if of.form == "page" else None)
    held = several(one) if found.is_list else one
    return plain(held) if of.form == "dict" else held
