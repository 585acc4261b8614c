"""## What it does
Finds environment variables with almost the right name: `OPENAI_KEY`, `OPENAI_APIKEY`, `OPENAI_API_BASE`, `AZURE_OPENAI_KEY` and
the like are set, and a client is built that takes that very setting from the environment, under another name. Where nothing
sets it, what asks for it is reported: a statement that does nothing else, an `assert`, or a test that leaves where it is not set.
The client may stand in a module of the project that the file imports, or that is imported beside it.

A name of one's own that is handed over, `OpenAI(api_key=os.environ["OPENAI_KEY"])`, is fine, and so is one that anything else
in the program reads, or another program that it starts.

Nothing is reported where the program mentions the right name, or where `load_dotenv()`, a module of the project, or the like may
set it, with two exceptions:

- A test whether it is lacking is no mention, if the wrong name is set for that reason:
  `if "OPENAI_API_KEY" not in os.environ: os.environ["OPENAI_KEY"] = ...`.
- Where a function sets the wrong name, builds the client itself, and neither sets nor reads the right one, the rest of the
  program does not count: what is set there is for other clients.

A vault that the value comes from, `os.environ["OPENAI_KEY"] = vault.get_secret("key").value`, is not taken to set the right name.

## Why is this bad?
The constructor looks for exactly one name for each setting: `OPENAI_API_KEY`, `OPENAI_BASE_URL` (since 1.3.0),
`OPENAI_ORG_ID`, `OPENAI_PROJECT_ID`, and for Azure `AZURE_OPENAI_API_KEY`, `AZURE_OPENAI_ENDPOINT` and `OPENAI_API_VERSION`.
Without a key it raises `OpenAIError`; another setting is silently left at its default: with `OPENAI_API_BASE`, which openai
0.x read, requests go to api.openai.com. Measured on 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0.

## Example
```python
import os

from openai import OpenAI

os.environ["OPENAI_KEY"] = os.environ["TEAM_KEY"]
client = OpenAI()
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
The fix writes the right name wherever the program sets or tests the wrong one. It is unsafe: the client takes another key, or
address, which is its purpose. There is none where the name is only asked for, since then something else sets it; where the
name is built, kept in a constant, or set by a magic; where two wrong names stand for one right name; where a client may have
been built before; where requests are made through the module `openai` itself; and where the name, or the client, stands in
another file.

## References
- [The client's constructor](https://github.com/openai/openai-python#usage)
- [Azure OpenAI](https://github.com/openai/openai-python#microsoft-azure-openai)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Changes, Editor, Unfixable
from oaklint.python.shell import Assigned, magic_assignments
from oaklint.rules import REACHES_OPENAI, Finding, Needs, Repair
from oaklint.rules.needs import Pattern
from oaklint.sdk.clients import CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import READERS_OF_THEIR_OWN, meant_by
from oaklint.source import Span
from oaklint.usage import Usage
from oaklint.usage.constructions import Construction
from oaklint.usage.guards import NO_EXCEPTION
from oaklint.usage.module_client import is_request, makes_requests, sets_credentials
from oaklint.usage.order import leads_to
from oaklint.usage.repairs import is_set_in_time

# A name as it may have been meant for the SDK: the file that sets it may leave it to others to build a client. A notebook writes
# `\"` for a quote.
_LIKE_ONE = Pattern(b"OPEN", rb"""["']\w*OPEN_?AI_?\w+\\?["']""")

NEEDS: Needs = ((_LIKE_ONE, REACHES_OPENAI), ("env",), (_LIKE_ONE, "OpenAI", "Client"))
SEVERITY: Severity = "error"


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """The program as a whole, with what its magics set; the first cell speaks for all."""
    if root is not usage.tree.roots[0]:
        return
    if usage.constructions.followed:
        yield from _missed_names(usage)
    elif makes_requests(usage):
        yield from _missed_by_module(usage)
    elif any(mention.kind == "write" and meant_by(name) for name, found in usage.mentions.by_name.items() for mention in found):
        yield from _missed_by_importers(usage)


def _missed_by_importers(usage: Usage) -> Iterator[Finding]:
    """What each program that imports this one, and builds a client, says of the names that are set here, and that none uses."""
    importers = usage.importers.all
    mentioned = [item for other in importers for item in other.mentions.by_name.items()]
    used = {name for name, mentions in mentioned if any(mention.kind == "used" for mention in mentions)}
    written = {name for name, found in usage.mentions.by_name.items() if any(each.kind == "write" for each in found)}
    meant = frozenset[str]().union(*map(meant_by, written))
    building = [other for other in importers if _relies_on(meant, other)]
    found = [{finding.where: finding for finding in _missed_names(other, besides=used)} for other in building]
    for where in found[0] if found else ():
        if where in usage.tree.scopes and all(where in each for each in found):
            (place, text), *_ = found[0][where].related
            assert isinstance(place, cst.CSTNode)
            yield found[0][where]._replace(related=((building[0].program.spans([place])[place], text),), fix=None)


def _relies_on(names: frozenset[str], usage: Usage) -> bool:
    """Whether a client of a program, or of the modules that it imports, looks for one of some names."""
    relied_on = (usage.environment.relied_on(each, usage.generation) for each in usage.constructions.followed)
    return any(names & each for each in relied_on)


def _missed_names(usage: Usage, besides: Collection[str] = ()) -> Iterator[Finding]:
    """What there is to say of the names of a program; besides: those that have another use."""
    if usage.generation == 0 or _has_other_readers(usage):
        return
    by_magic = [assigned for cell in usage.program.source.cells for assigned in magic_assignments(cell)]
    names = dict.fromkeys((*usage.mentions.by_name, *(assigned.name for assigned in by_magic)))
    missed = {name: found for name in names if name not in besides and (found := _missed(name, usage)) is not None}
    for name, (right, construction) in missed.items():
        is_alone = sum(other == right for other, _ in missed.values()) == 1 and usage.tree.is_own(construction.call)
        fix = partial(_fix, name, right, construction, usage) if is_alone else None
        for where, verb in _places(name, by_magic, usage):
            constructor = construction.constructor.name
            yield Finding(
                where,
                f"`{name}` is {verb}, but `{constructor}()` looks for `{right}` and reads no other name."
                f" Set `{right}`, or hand the value over as an argument",
                related=((construction.call.func, f"this client reads `{right}`"),),
                fix=fix if verb == "set" else None,
            )


def _missed_by_module(usage: Usage) -> Iterator[Finding]:
    """What there is to say of the names of a program that asks through the module itself, which reads one name for its key."""
    right = frozenset({"OPENAI_API_KEY"})
    if usage.generation == 0 or _has_other_readers(usage) or sets_credentials(usage) or usage.preparation.may_set(right):
        return
    request = next(call for call in usage.nodes(cst.Call) if is_request(call, usage))
    by_magic = [assigned for cell in usage.program.source.cells for assigned in magic_assignments(cell)]
    for name in dict.fromkeys((*usage.mentions.by_name, *(assigned.name for assigned in by_magic))):
        if right & meant_by(name) and not usage.preparation.speaks_of(right, _lacked(name, right, usage)):
            for where, verb in _places(name, by_magic, usage):
                yield Finding(
                    where,
                    f"`{name}` is {verb}, but the module `openai` looks for `OPENAI_API_KEY` and reads no other name."
                    " Set `OPENAI_API_KEY`, or assign the value to `openai.api_key`",
                    related=((request.func, "this request needs `OPENAI_API_KEY`"),),
                )


def _has_other_readers(usage: Usage) -> bool:
    """Whether something that is not seen may read the name: a package with names of its own, or another process."""
    imported = {name.partition(".")[0] for name in usage.clients.imported}
    return bool(imported & READERS_OF_THEIR_OWN) or usage.mentions.starts_programs


def _missed(name: str, usage: Usage) -> tuple[str, Construction] | None:
    """The name that was meant, and the client that looks for it and cannot find it."""
    meant = meant_by(name)
    if not meant or any(name in usage.environment.reads(each, usage.generation) for each in usage.constructions.followed):
        return None
    for construction in usage.constructions.followed:
        relied_on = usage.environment.relied_on(construction, usage.generation)
        for right in sorted(meant & relied_on):
            # One credential is as good as another.
            enough = relied_on & CREDENTIAL_ENVIRONMENT if right in CREDENTIAL_ENVIRONMENT else frozenset({right})
            if _is_set_just_for(name, construction, enough, usage):
                return right, construction
            if not usage.preparation.may_set(enough) and not usage.preparation.speaks_of(enough, _lacked(name, enough, usage)):
                return right, construction
    return None


def _is_set_just_for(name: str, construction: Construction, enough: frozenset[str], usage: Usage) -> bool:
    """Whether a function sets the name before it builds a client, and has nothing to do with the names that would be enough: what
    others set and mention is for clients of their own.
    """
    unit = usage.tree.unit(construction.call)
    mentions = usage.mentions.by_name.get(name, ())
    if not isinstance(unit, cst.FunctionDef) or not mentions:
        return False
    if any(each.kind != "write" or usage.tree.unit(each.node) is not unit for each in mentions):
        return False
    if not all(leads_to(each.node, construction.site, usage) for each in mentions):
        return False
    speaking = (each.node for right in enough for each in usage.mentions.by_name.get(right, ()))
    asked = [node for node in speaking if usage.tree.unit(node) is unit]
    if not all(_is_lacked(node, each.node, usage) for node in asked for each in mentions):
        return False
    return not usage.preparation.may_be_set_by(unit, enough, frozenset())


def _lacked(name: str, enough: frozenset[str], usage: Usage) -> set[cst.CSTNode]:
    """Where the names that would be enough are asked for, and the other one is set only because they are not there."""
    writes = [each.node for each in usage.mentions.by_name.get(name, ()) if each.kind == "write"]
    speaking = [each.node for right in enough for each in usage.mentions.by_name.get(right, ())]
    return {node for node in speaking if writes and all(_is_lacked(node, write, usage) for write in writes)}


def _is_lacked(name: cst.CSTNode, write: cst.CSTNode, usage: Usage) -> bool:
    """Whether something is written where a variable is not there: `if "X" not in os.environ`, `if not os.getenv("X")`."""
    below = name
    for around in usage.tree.ancestors(name):
        if isinstance(around, cst.If):
            denies = isinstance(below, cst.UnaryOperation) and isinstance(below.operator, cst.Not)
            denies |= isinstance(below, cst.Comparison) and isinstance(below.comparisons[0].operator, cst.NotIn)
            return denies and below is around.test and around.body in usage.tree.ancestors(write)
        below = around
    return False


def _places(name: str, by_magic: Sequence[Assigned], usage: Usage) -> Iterator[tuple[cst.CSTNode | Span, str]]:
    """Where the name is set, or else where it is asked for; nowhere if anything has another use for it."""
    mentions = [
        mention for mention in usage.mentions.by_name.get(name, ()) if not usage.guards.guards(mention.node, NO_EXCEPTION)
    ]
    if any(mention.kind == "used" for mention in mentions):
        return
    spans: list[cst.CSTNode | Span] = [assigned.span for assigned in by_magic if assigned.name == name]
    writes: list[cst.CSTNode | Span] = [mention.node for mention in mentions if mention.kind == "write"]
    for where in spans + writes:
        yield where, "set"
    if not spans and not writes:
        yield from ((mention.node, "asked for") for mention in mentions if mention.kind == "required")


def _fix(name: str, right: str, construction: Construction, usage: Usage, editor: Editor) -> Repair | None:
    mentions = usage.mentions.by_name.get(name, ())
    if not all(is_set_in_time(mention.node, construction, usage) for mention in mentions if mention.kind == "write"):
        return None
    changes = tuple(change for mention in mentions for change in _renamed(mention.node, name, right, usage, editor))
    return Repair("unsafe", f"Write `{right}`", changes)


def _renamed(node: cst.CSTNode, name: str, right: str, usage: Usage, editor: Editor) -> Changes:
    """Another name in a string, between the same quotes, or as a keyword; not in a list of names, which may have other uses."""
    if isinstance(usage.tree.parents[node], cst.Element):
        raise Unfixable
    if isinstance(node, cst.Name) and usage.tree.is_label(node):
        return (editor.replace(node, right),)
    if not isinstance(node, cst.SimpleString) or node.raw_value != name:
        raise Unfixable
    return (editor.replace(node, f"{node.prefix}{node.quote}{right}{node.quote}"),)
