"""How names of the SDK are written in a program that is carried over, and the imports that this takes."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.usage.context import Context
from oaklint.usage.migration.draft import Draft


class Names:
    """Knows which names of `openai` a program will need, and changes its imports so that it has them, and no others."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._draft = draft

    def written(self, name: str, old: cst.BaseExpression) -> str:
        """How `openai.<name>` is to be written in place of an expression that names something of openai 0.x, and notes that the
        program needs it: by the module, where the old one is written like that (`openai.error.Timeout`), else by its bare name.
        """
        raise NotImplementedError
