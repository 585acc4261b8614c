"""How does a program read what its requests answer?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.sdk.answers import answer
from oaklint.sdk.clients import PASSAGES
from oaklint.usage.migration.answers.answers import Answers
from oaklint.usage.migration.answers.record import Reading
from oaklint.usage.migration.answers.shapes import Shape, pending
from oaklint.usage.migration.draft import Draft

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage


class AnswerReadings:
    """Finds where the answers of a client of 1.0 and later are read as if they were dicts."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage

    @cached_property
    def as_dicts(self) -> dict[cst.CSTNode, Reading]:
        """The places, by the expression that reads: `answer["choices"]`, `answer.get("usage")`, `"choices" in answer`."""
        starts = list(self.starts)
        if not starts:
            return {}
        draft = Draft(self._usage.program)
        return {reading.node: reading for reading in Answers(self._usage, draft).readings(starts)}

    @property
    def starts(self) -> Iterator[tuple[cst.BaseExpression, Shape]]:
        """The requests of clients, and of the module as a client, each with what it answers."""
        for call in self._usage.nodes(cst.Call):
            if isinstance(call.func, cst.Attribute):
                names = self._usage.clients.names(call.func)
                shape = self._shape(call, next(iter(names))) if len(names) == 1 else None
                if shape is not None:
                    yield call, shape

    def _shape(self, call: cst.Call, name: str) -> Shape | None:
        path = self._usage.clients.request_path(name)
        found = answer(".".join(path)) if path is not None and not PASSAGES & set(name.split(".")) else None
        if found is None or found.type is None or found.formats or any(arg.star == "**" for arg in call.args):
            return None
        streams = any(arg.keyword is not None and arg.keyword.value == "stream" for arg in call.args)
        if streams and found.chunk is not None:
            shape = Shape("stream", found.type, chunk=found.chunk)
        else:
            shape = Shape("page" if found.is_page else "object", found.type)
        return pending(shape) if name.startswith("openai.Async") else shape
