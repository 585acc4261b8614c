"""LibCST, imported when it is first used: `from oaklint.python import cst`, then `cst.Call`.

LibCST costs more to import than everything else together, and most files never get as far as a parse. Rules name its
node types in annotations and `isinstance`; neither needs it before a program has been parsed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from libcst import *  # noqa: F403
else:

    def __getattr__(name: str) -> object:
        import libcst

        value = getattr(libcst, name)
        globals()[name] = value
        return value
