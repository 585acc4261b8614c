"""The releases of the SDK that a program may be run with."""

from __future__ import annotations


class Releases(frozenset[int]):
    """Major versions, and, where no other release than one will do, that: `only`, as numbers."""

    only: tuple[int, ...] | None = None

    def pinned(self, only: tuple[int, ...] | None) -> Releases:
        """The same, for one release alone."""
        found = Releases(self)
        found.only = only
        return found


def numbers(version: str) -> tuple[int, ...]:
    """The numbers of a version, as they are compared: 1.3.0 and 1.3 are the same."""
    found = [int(part) for part in version.split(".")]
    while found and not found[-1]:
        found.pop()
    return tuple(found)
