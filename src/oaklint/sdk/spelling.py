"""What is a slip of the pen."""

from __future__ import annotations

from itertools import takewhile


def is_slip(letters: str, right: str) -> bool:
    """Whether one letter is missing, too many, another, or in its neighbour's place, or none; a digit tells names apart on
    purpose.
    """
    if letters == right or any(map(str.isdigit, letters)):
        return letters == right
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(letters, right, strict=False)))
    rest, wanted = letters[same:], right[same:]
    swapped = rest[1::-1] + rest[2:]
    return rest[1:] == wanted or rest == wanted[1:] or rest[1:] == wanted[1:] or swapped == wanted
