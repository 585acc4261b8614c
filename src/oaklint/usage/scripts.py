"""Whether a file is a script: something to run, that nobody imports."""

from __future__ import annotations

import re
from collections.abc import Iterator

from oaklint.python import cst
from oaklint.python.tree import walk
from oaklint.usage.usage import Usage

# What a program does at its top level only if it runs to its end there: ask the user, print, start a server or a loop.
_RUNS = re.compile(
    r"builtins\.(?:print|input|exit|quit)|sys\.exit|streamlit\..*"
    r"|.*[.@](?:main|mainloop|launch|start|run|run_\w+|serve|serve_forever|start_polling|infinity_polling|parse_args)"
)


def is_script(usage: Usage) -> bool:
    """Whether the program is a notebook, or does at its top level what no module does that others import.

    A file for tests counts, too: whoever runs it prepares the environment for it.
    """
    source = usage.program.source
    name = re.split(r"[/\\]", source.name)[-1]
    if source.notebook or name == "__main__.py" or name.startswith(("test_", "conftest")) or source.data.startswith(b"#!"):
        return True
    return any(_runs(call, usage) for call in _at_top(usage))


def _at_top(usage: Usage) -> Iterator[cst.Call]:
    """The calls that run when the file is imported; `if __name__ == "__main__":` keeps its calls from that."""
    for call in usage.nodes(cst.Call):
        if usage.tree.unit(call) is None and not any(map(_asks_for_main, usage.tree.ancestors(call))):
            yield call


def _asks_for_main(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.If) and any(isinstance(part, cst.Name) and part.value == "__name__" for part in walk(node.test))


def _runs(call: cst.Call, usage: Usage) -> bool:
    if usage.clients.is_request(call):
        return True
    is_statement = isinstance(usage.tree.parents.get(call), (cst.Expr, cst.Await))
    names = usage.resolver.names(call.func)
    if any(map(_RUNS.fullmatch, names)) and (
        is_statement or names & {"builtins.input"} or any("parse_args" in name for name in names)
    ):
        return True
    return any(map(usage.clients.is_request, usage.resolver.calls.below(call)))
