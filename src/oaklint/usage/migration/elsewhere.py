"""What other files of the project have to do with a program that is carried over by itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.source.modules import imports_in

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# Requests without `await`, as they were in 0.x or as the module makes them since.
_REQUESTS = re.compile(rb"\bopenai\.(?:[A-Z]\w+\.create\w*\(|(?:chat\.)?completions\.|embeddings\.|images\.|moderations\.)")
_SETS_MODULE = re.compile(rb"\bopenai\.(?:api_key|api_base|api_type|api_version|organization)\s*=(?!=)")


class Elsewhere:
    """Looks at the files that import the program, and at those that it imports."""

    def __init__(self, usage: Usage) -> None:
        self._place = usage.program.source.place
        self._data = usage.program.source.data

    @cached_property
    def setter(self) -> str | None:
        """The name of a file that sets up the module `openai`, which no client sees; None if there is none."""
        place = self._place
        return next(
            (self._name(path) for path in self._neighbours() if place and _SETS_MODULE.search(place.modules.read(path))), None
        )

    @cached_property
    def requester(self) -> str | None:
        """The name of a file that makes requests with what this one sets of the module; None if there is none."""
        place = self._place
        asking = (path for path in self._neighbours() if place and _REQUESTS.search(place.modules.read(path)))
        return next(map(self._name, asking), None)

    def user_of(self, name: str) -> str | None:
        """The name of a file that imports the program and mentions a function of it; None if there is none."""
        place = self._place
        users = place.modules.importers_of(place.path, name.encode()) if place is not None else iter(())
        mention = re.compile(rb"\b%s\b" % re.escape(name.encode()))
        return next((self._name(path) for path in users if place and mention.search(place.modules.read(path))), None)

    def _neighbours(self) -> Iterator[str]:
        if self._place is not None:
            path, modules = self._place
            yield from (module.path for _, module in modules.imported_by(path, imports_in(self._data)))
            yield from modules.importers_of(path, b"openai")

    def _name(self, path: str) -> str:
        return os.path.relpath(path, os.path.dirname(self._place.path)) if self._place is not None else path
