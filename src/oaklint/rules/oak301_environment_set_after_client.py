"""## What it does
Finds environment variables that are set, and `load_dotenv()` calls that run, after a client has already read them.

It follows the control flow of the program, in a notebook from cell to cell: a client is built and takes its key, base URL or
organisation from the environment; later on the same path the environment is changed; and then the client is used again without
having been rebuilt. It looks into the functions and classes that are called and into the modules of the project that are
imported: a client is built where `from app.llm import client` stands, too, as the default of a parameter, by the first request
through the module itself, where an object is made that has one, and where a function or property is asked first that builds one
when it is needed, or that keeps it (`@lru_cache`) and is asked again later; what runs in a thread begins when that is started;
handlers that are registered in such a module use it later on. In openai 0.x there are no clients: the module itself takes its
key when it is imported. Fixtures, `setUp` and its kin build clients before the body of a test runs, and before what its
decorators set; `setUpClass` does before `setUp`, and a dataclass builds its fields before `__post_init__`. A variable that was
read from the environment before that was changed, and from which a client then gets its key, counts like a client: a name, one
of an imported module, an attribute of a class, the default of a parameter, and `client.api_key` itself; it may be a third
module that builds that client. The environment is changed by `os.environ` in all its forms, in loops over names, too,
`load_dotenv()` and its kin, `%env` and `%dotenv`, `monkeypatch.setenv` and `patch.dict`, also as a decorator; the finding
stands where that is written, or at the call that makes it run, where there are several.

A client that was given its key as an argument, an environment that was loaded before the client was built, a client that is
rebuilt before it is used again, and `os.getenv("OPENAI_API_KEY")` that came too early (for `None` the constructor looks into
the environment itself) are no findings. Nor is what is taken back before the client is used, what only repeats the client's
own key or what the client was handed, an empty text, what another client, package or program reads first, what the one
release that the project asks for does not read yet, what a loader leaves as it is since it was there already, and what a test
sets that replaces something else, or depends on a fixture that is not seen. Where the environment was set before, only what
surely comes from elsewhere is reported: another variable, the command line, a store of secrets, a constant for what is no
secret, a file that is loaded again because a key was refused. Where the program goes on only if the key is there, `if
"OPENAI_API_KEY" not in os.environ: sys.exit()`, a file changes nothing. A module that is not found may have set it, if its
name speaks of settings; but not where it hands out the very value that the program sets.

## Why is this bad?
The constructor reads the environment once, when the client is built. Measured on openai 1.0.0, 1.55.3, 1.109.1, 2.54.0 and
3.54.0: setting or deleting a variable afterwards has no effect on the client. It goes on sending the old key, and fails with
`AuthenticationError` at the first request, or, where there was no key at all, with `OpenAIError` at construction. Measured on
0.28.1: `import openai` reads the environment, and what is set there afterwards has no effect on the module.

## Example
```python
import os

from openai import OpenAI

client = OpenAI()
os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

os.environ["OPENAI_API_KEY"] = os.environ["TEAM_KEY"]
client = OpenAI()
client.models.list()
```

## Fix safety
The fix moves the statement above the one that builds the client, with the imports between them that it needs. It is unsafe: the
client takes another key, which is its purpose. There is none unless both statements stand in the same block, or notebook cell,
with only simple statements and definitions between them, of which none uses the client, has to do with the environment, or
binds or uses what the statement uses; nor for an empty value, nor for `Env().read_env()` of environs, which sets the environment
in versions before 15.0 alone (measured on 11.2.1, 14.5.0, 15.0.0 and 15.2.0).

## References
- [The client's constructor](https://github.com/openai/openai-python#usage)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.tree import dotted_name
from oaklint.rules import REACHES_OPENAI, REACHES_OPENAI_FAR, Finding, Needs, Repair, place_of
from oaklint.usage import Usage
from oaklint.usage.environment.late_for_module import late_for_module
from oaklint.usage.environment.lifetimes import Lifetime
from oaklint.usage.environment.writes import Write
from oaklint.usage.repairs import set_before

NEEDS: Needs = (("environ", "dotenv", "setenv", "%env", "%set_env", REACHES_OPENAI), (REACHES_OPENAI_FAR,))
SEVERITY: Severity = "error"


def _written_too_late(node: cst.CSTNode, usage: Usage) -> Iterator[Finding]:
    """The writes behind the beginning of a client: a call, a property, an import, an assignment, or what a test is handed."""
    if not usage.writes.all:
        return
    for lifetime in usage.beginnings.at(node):
        for write, use in lifetime.late_writes():
            if lifetime.kind == "client":
                built = f"`{lifetime.kept.shown}` was built in {place_of(0)}, which read the environment once and does not see it"
                remedy = "Set the environment first, or build the client again"
                first = "built here"
            else:
                built = f"the key was read into `{lifetime.kept.shown}` in {place_of(0)}, which keeps what was there then"
                remedy = "Set the environment first, or read the key again"
                first = "read here"
            if write.for_itself:
                remedy = "Hand over what it has read: since environs 15.0, it leaves the environment alone"
            steps: list[tuple[cst.CSTNode, str]] = [(lifetime.kept.built, first)]
            if write.origin is not None and write.origin is not write.node:
                steps += [(write.node, "from here on"), (write.origin, "set here")]
            else:
                steps.append((write.node, "set here"))
            steps.append((use, "used here"))
            yield Finding(
                write.node,
                f"{_what(write, usage)} after {built}. {remedy}",
                path=tuple(steps),
                fix=partial(_fix, write, lifetime, usage),
            )


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """The module, of which the program has one; the first cell speaks for all."""
    if root is not usage.tree.roots[0] or not usage.writes.all:
        return
    for reading, write, behind in late_for_module(usage):
        if usage.generation == 0:
            what, first = f"`openai` was imported in {place_of(0)}, which in 0.x reads the environment once", "read here"
        else:
            what = f"the module client was built, by the first request in {place_of(0)}; it read the environment once"
            first = "built here"
        yield Finding(
            write.node,
            f"{_what(write, usage)} after {what} and does not see it. Set the environment first, or set `openai.api_key` and"
            " its kin",
            path=((reading, first), (write.node, "set here"), (behind, "used here")),
        )


visit_Call = visit_Attribute = visit_Assign = visit_Import = visit_ImportFrom = visit_Param = _written_too_late


def _fix(write: Write, lifetime: Lifetime, usage: Usage, editor: Editor) -> Repair | None:
    if not isinstance(lifetime.kept.site, cst.Call) or lifetime.kind == "key" or write.for_itself:
        return None
    return Repair(
        "unsafe", "Set the environment before the client is built", set_before(editor, write, lifetime.kept.site, usage)
    )


def _what(write: Write, usage: Usage) -> str:
    if not write.loads:
        return f"`{'`, `'.join(sorted(write.names))}` {'is' if len(write.names) == 1 else 'are'} set"
    origin = write.origin or write.node
    if isinstance(origin, cst.Pass):
        return "`%dotenv` runs"
    name = dotted_name(origin.func) if isinstance(origin, cst.Call) else None
    return f"`{name}()` runs" if name is not None else "The environment is loaded"
