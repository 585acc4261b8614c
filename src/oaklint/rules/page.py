"""The page of a rule: its docstring, in fixed sections that people and tests can rely on."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass

SECTIONS = ("What it does", "Why is this bad?", "Example", "Fix safety", "References")

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Page:
    """text: the whole page, as markdown. summary: the first sentence of "What it does".

    example, use_instead: the two programs of the section "Example"; where the text stands, `<key:...>` is to be read as a key.
    """

    text: str
    summary: str
    example: str
    use_instead: str

    @classmethod
    def of(cls, docstring: str) -> Page:
        """Reads a docstring. Raises ValueError if a section or one of the two programs is missing or out of order."""
        text = inspect.cleandoc(docstring)
        headings = _HEADING.findall(text)
        if tuple(headings) != SECTIONS:
            raise ValueError(f"the sections must be {', '.join(SECTIONS)}; found {', '.join(headings) or 'none'}")
        parts = dict(zip(SECTIONS, _HEADING.split(text)[2::2], strict=True))
        programs = _CODE.findall(parts["Example"])
        if len(programs) != 2 or "Use instead:" not in parts["Example"]:
            raise ValueError('the section "Example" must hold one program, "Use instead:" and another')
        first = " ".join(parts["What it does"].split("\n\n")[0].split())
        return cls(text, first.partition(". ")[0].removesuffix("."), *programs)
