"""The HTTP statuses that Python and web libraries have names for."""

from __future__ import annotations

import re

# Where the names are those of `http.HTTPStatus`, in whatever case.
_NAMED = re.compile(r"(?:http\.HTTPStatus|http\.client|httpx\.codes|requests\.codes)\.(\w+)(?:\.value)?$")
_NUMBERED = re.compile(r"(?:fastapi|starlette|rest_framework)\.status\.HTTP_(\d{3})_\w+$")


def status_named(name: str) -> int | None:
    """The status that a qualified name stands for: 401 for `http.HTTPStatus.UNAUTHORIZED`."""
    if numbered := _NUMBERED.match(name):
        return int(numbered[1])
    named = _NAMED.match(name)
    if named is None:
        return None
    from http import HTTPStatus

    member = HTTPStatus.__members__.get(named[1].upper())
    return int(member) if member is not None else None
