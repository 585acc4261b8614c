"""## What it does
Finds keys that are empty, or may be, given to a client, to the module `openai` or to `OPENAI_API_KEY`: `""`,
`os.getenv("OPENAI_API_KEY", "")`, `key or ""`, and a parameter, field, variable or option of the command line with such a value;
and keys of blanks alone. Of what is assigned to a client that is built already (`client.api_key = ...`), only defaults are found,
such as that of `os.getenv`.

What asks for it before is fine: `if not key: raise ...`, `key or None`, `if key else`, `if openai.api_key == ""`. So are tests
that give an empty key on purpose, a variable that is set again, and, for releases before 2.34.0, clients with an Authorization
header of their own. For another `base_url` an empty default is no finding, either, for it keeps the SDK from sending
`OPENAI_API_KEY` there; an empty literal is one, since no client can be built with it.

## Why is this bad?
The SDK takes an empty key for a key, and says so late, or in words that do not name the trouble. Since 2.34.0 the constructor
raises `OpenAIError`, whatever the `base_url`; the module client, and one that gets the key after it was built, raise `TypeError`
with the first request. From 1.92.3 on, the first request goes out without a key and fails with `AuthenticationError`; before that
it fails with `APIConnectionError`, which looks like trouble with the network. A key of blanks alone fails with that on all of
them. `with_options(api_key="")` and `copy(api_key="")` keep the old key. Measured on 1.0.0, 1.55.3, 1.92.2, 1.92.3, 1.109.1,
2.33.0, 2.34.0, 2.54.0 and 3.54.0; on 0.28.1 the request fails with `AuthenticationError`.

## Example
```python
import os

from openai import OpenAI

client = OpenAI(api_key=os.getenv("OPENAI_API_KEY", ""))
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(api_key=os.getenv("OPENAI_API_KEY"))
client.models.list()
```

## Fix safety
The fix leaves out the empty default where the variable is the one that the constructor reads itself, and its value is used for
nothing else, be it by another name or as `openai.api_key`: then a client without a key says which variable is missing, when it is
built. An empty key of a copy is left out, too: the copy has the old one in either case. Both are safe. To leave out the
`api_key=""` of a new client is unsafe: the client then takes its key from the environment.

There is none where the variable has a name of its own: without the default the client would take `OPENAI_API_KEY` in its place.
There is none for another host, for what is assigned to the environment or to a client, for parameters and fields, and, for
releases before 2.34.0, where a client gets its key later: without the default it could not be built.

## References
- [The client's constructor](https://github.com/openai/openai-python#usage)
- [Empty keys since 2.34.0](https://github.com/openai/openai-python/issues/3224)
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.edits import Editor, Unfixable
from oaklint.python.nonempty import is_tested
from oaklint.python.sources import Step
from oaklint.rules import CREDENTIALS_OF_OPENAI, Finding, Needs, Repair
from oaklint.rules.needs import Pattern, Reach
from oaklint.sdk.clients import COPIES, CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import GETENV
from oaklint.sdk.wrappers import wrapper
from oaklint.source import Change
from oaklint.usage import Usage
from oaklint.usage.constructions import Construction
from oaklint.usage.credentials.authorization import is_authorized
from oaklint.usage.credentials.blanks import Blank
from oaklint.usage.credentials.sinks import Handover, Sink
from oaklint.usage.module_client import is_module
from oaklint.usage.order import leads_to

NEEDS: Needs = (
    *CREDENTIALS_OF_OPENAI,
    # The literal may stand in a module that the file imports; a notebook writes `\"` for a quote.
    tuple(Reach(Pattern(quote, quote + rb"[\s\\]*" + quote)) for quote in (b'"', b"'")),
)
SEVERITY: Severity = "warning"

# Those for which it was measured, and arguments beside which an empty key does no harm.
_KEYS = {"api_key", "openai_api_key", "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY"}
_MODULE, _CLIENT = "`openai.api_key`", "`client.api_key`"
_ENOUGH = {"admin_api_key", "workload_identity", "provider", "azure_ad_token", "azure_ad_token_provider"}
# The first release in which no client can be built with an empty key.
_REFUSED_SINCE = (2, 34)


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink in usage.sinks.places(node):
        if sink.name not in _KEYS or sink.kind in ("default", "header", "patch", "process") or _is_set_again(node, sink, usage):
            continue
        if any(is_tested(read, usage.tree) and leads_to(node, read, usage) for read in _reads(sink, usage)):
            continue
        for blank in usage.blanks.of(sink):
            if _is_wrong(node, sink, blank, usage):
                value = blank.getter or blank.literal
                where = value if usage.tree.is_own(value) else sink.given
                yield Finding(
                    where,
                    _message(node, sink, blank, usage),
                    related=((sink.given, "here it is handed over"),) if where is not sink.given else (),
                    fix=partial(_fix, node, sink, blank, usage),
                )


visit_Call = visit_Assign = visit_AnnAssign = _visit


def _is_wrong(node: Handover, sink: Sink, blank: Blank, usage: Usage) -> bool:
    """Whether an empty key does harm, and was not meant to."""
    is_given = blank.getter is None and not blank.is_default
    if (is_given and _is_for_test(node, usage)) or not _concerns_sdk(node, sink, usage):
        return False
    if isinstance(node, cst.Call):
        arguments = dict(usage.entries.of_call(node))
        if arguments.keys() & _ENOUGH or (not _is_refused(usage) and is_authorized(arguments, usage)):
            return False
    if not is_given and isinstance(node, cst.Call) and (found := wrapper(usage.resolver.names(node.func))) and found.fills_in:
        return False
    if sink.host == "openai" or _is_copy(node, usage):
        return sink.kind != "setting" or sink.what == _MODULE or (sink.what == _CLIENT and not is_given)
    is_alone = is_given and not blank.is_one_of_several
    is_new = sink.kind == "argument" and is_alone and isinstance(node, cst.Call) and not any(arg.star for arg in node.args)
    return is_new and _is_refused(usage)


def _is_refused(usage: Usage) -> bool:
    """Whether a client cannot be built with an empty key, as far as the release is known."""
    return usage.generation >= _REFUSED_SINCE[0] and (usage.release is None or usage.release >= _REFUSED_SINCE)


def _is_copy(node: Handover, usage: Usage) -> bool:
    """`client.with_options(...)`"""
    func = node.func if isinstance(node, cst.Call) else None
    return isinstance(func, cst.Attribute) and func.attr.value in COPIES and usage.clients.is_client(func.value)


def _is_for_test(node: cst.CSTNode, usage: Usage) -> bool:
    """Whether a test, or what prepares one, does it, or is to see it fail: `with pytest.raises(...)`."""
    for around in usage.tree.ancestors(node):
        if isinstance(around, cst.FunctionDef) and (
            around.name.value.startswith("test") or usage.resolver.fixtures.is_for_tests(around)
        ):
            return True
        if isinstance(around, cst.With):
            calls = [item.item for item in around.items if isinstance(item.item, cst.Call)]
            if any(name.lower().endswith("raises") for call in calls for name in usage.resolver.names(call.func)):
                return True
    return False


def _concerns_sdk(node: Handover, sink: Sink, usage: Usage) -> bool:
    """Whether a variable that may be emptied is read by a client of this program: it may be to switch another one off."""
    if sink.kind != "environment":
        return True
    readers = [each for each in usage.constructions.followed if sink.name in usage.environment.relied_on(each, usage.generation)]
    if readers:
        return any(leads_to(node, each.site, usage) for each in readers)
    packages = {name.partition(".")[0].partition("_")[0] for name in usage.clients.imported}
    return bool(packages & {"openai", "langchain", "llama"})


def _is_set_again(node: Handover, sink: Sink, usage: Usage) -> bool:
    """Whether the program has another value for the same variable or setting, and not only on another way:
    `try: key = os.environ[...]`, `except KeyError: key = ""`.
    """
    if sink.kind == "environment":
        return sum(sink.name in write.names for write in usage.writes.all) > 1
    if sink.kind != "setting":
        return False
    settings: list[Handover] = [*usage.nodes(cst.Assign), *usage.nodes(cst.AnnAssign)]
    others = ((each, other) for each in settings if each is not node for other in usage.sinks.places(each))
    again = (each for each, other in others if (other.name, other.what) == (sink.name, sink.what))
    return any(usage.tree.unit(each) is not usage.tree.unit(node) or leads_to(node, each, usage) for each in again)


def _reads(sink: Sink, usage: Usage) -> Iterator[cst.BaseExpression]:
    """Where the program reads a setting of the module, or of a client, by itself: `openai.api_key`."""
    if sink.kind != "setting":
        return
    is_owner = partial(is_module, usage=usage) if sink.what == _MODULE else usage.clients.is_client
    for node in usage.tree.named(sink.name):
        if isinstance(node, cst.Attribute) and is_owner(node.value) and not usage.tree.is_store(node):
            yield node
    for call in usage.nodes(cst.Call):
        if isinstance(call, cst.Call) and len(call.args) > 1 and "builtins.getattr" in usage.resolver.names(call.func):
            if is_owner(call.args[0].value) and usage.values.text(call.args[1].value) == sink.name:
                yield call


def _is_given_later(usage: Usage) -> bool:
    """Whether a client gets a key when it has been built: `client.api_key = key`."""
    targets = (target for assign in usage.nodes(cst.Assign) for target, _ in assigned(assign))
    return any(
        isinstance(each, cst.Attribute) and each.attr.value == "api_key" and usage.clients.is_client(each.value)
        for each in targets
    )


def _message(node: Handover, sink: Sink, blank: Blank, usage: Usage) -> str:
    what = f"{sink.what} {'is made of blanks' if blank.text else 'is empty'}{_condition(blank, usage)}"
    if _is_copy(node, usage):
        return f"{what}: the copy keeps the key of the client it is made of. Leave it out, or give it a key"
    return f"{what}: {_failure(sink, blank, usage)}. {_remedy(sink, blank, usage)}"


def _condition(blank: Blank, usage: Usage) -> str:
    asked = usage.values.text(blank.getter.args[0].value) if blank.getter is not None and blank.getter.args else None
    if (name := asked or _variable(blank, usage)) is not None:
        return f" where `{name}` is not set"
    if blank.getter is not None or blank.is_default:
        return " by default"
    return " where there is no other" if blank.is_one_of_several else ""


def _failure(sink: Sink, blank: Blank, usage: Usage) -> str:
    if usage.generation == 0:
        return "the first request fails with AuthenticationError"
    if blank.text:
        return "each request fails with APIConnectionError"
    if usage.generation < _REFUSED_SINCE[0]:
        return "the first request fails, with AuthenticationError or, before openai 1.92.3, APIConnectionError"
    if sink.kind == "setting":
        return "the first request fails, since openai 2.34.0 with TypeError"
    # Another server may want none, or get it another way.
    is_certain = sink.host == "openai" and not (sink.kind == "argument" and _is_given_later(usage))
    how = ", before that the first request fails" if is_certain else ""
    return f"since openai 2.34.0 the client cannot be built (OpenAIError){how}"


def _remedy(sink: Sink, blank: Blank, usage: Usage) -> str:
    if sink.host != "openai":
        return "A server that needs no key takes any: write a word"
    variable = _variable(blank, usage)
    if variable is not None and (variable not in CREDENTIAL_ENVIRONMENT or not _may_be_none(sink)):
        return f'Read `os.environ["{variable}"]`, which fails where it is not set'
    what = "Leave it out, or test for it first" if blank.getter is None else "Leave out the default"
    return f"{what}, and a missing key is told as such"


def _may_be_none(sink: Sink) -> bool:
    """Whether None is as good as nothing there."""
    return sink.kind == "argument" or sink.what == _MODULE


# The fixes.


def _fix(node: Handover, sink: Sink, blank: Blank, usage: Usage, editor: Editor) -> Repair | None:
    construction = usage.constructions.of(node) if isinstance(node, cst.Call) else None
    if blank.literal is sink.given and isinstance(node, cst.Call):
        argument = next((arg for arg in node.args if arg.value is sink.given and arg.keyword is not None), None)
        if argument is not None and _is_copy(node, usage):
            return Repair("safe", "Leave the old key to the copy", (editor.remove_argument(node, argument),))
        if argument is not None and construction is not None and sink.host == "openai":
            return Repair("unsafe", "Leave the key to the environment", (editor.remove_argument(node, argument),))
    if construction is not None and not _is_refused(usage) and _is_given_later(usage):
        return None  # it is built without a key, and works
    variable = _variable(blank, usage) if sink.host == "openai" else None
    if variable is None or variable not in _read_anyway(sink, construction, usage):
        return None
    if _is_for_this_alone(node, sink, blank, usage):
        return Repair("safe", "Leave out the empty default", (_without_default(blank, usage, editor),))
    return None


def _read_anyway(sink: Sink, construction: Construction | None, usage: Usage) -> frozenset[str]:
    """The variables that stand in for a key which is None."""
    if construction is not None:
        return construction.constructor.environment_names(usage.generation) & _KEYS
    return frozenset({"OPENAI_API_KEY"}) if sink.what == _MODULE else frozenset()


def _variable(blank: Blank, usage: Usage) -> str | None:
    """The environment variable in whose place the blank stands."""
    getter = blank.getter or _alternative(blank, usage)
    if not isinstance(getter, cst.Call) or not usage.resolver.names(getter.func) & GETENV or not getter.args:
        return None
    return usage.values.text(getter.args[0].value)


def _alternative(blank: Blank, usage: Usage) -> cst.BaseExpression | None:
    """What comes before the blank: `os.getenv("OPENAI_API_KEY") or ""`."""
    around = usage.tree.parents[blank.literal]
    return around.left if isinstance(around, cst.BooleanOperation) and isinstance(around.operator, cst.Or) else None


def _without_default(blank: Blank, usage: Usage, editor: Editor) -> Change:
    if blank.getter is not None:
        argument = next(arg for arg in blank.getter.args if arg.value is blank.literal)
        return editor.remove_argument(blank.getter, argument)
    around = usage.tree.parents[blank.literal]
    if not isinstance(around, cst.BooleanOperation) or around.left.lpar or blank.literal.lpar:
        raise Unfixable
    return editor.replace_whole(around, editor.text(around.left))


def _is_for_this_alone(node: Handover, sink: Sink, blank: Blank, usage: Usage) -> bool:
    """Whether the value is used for nothing else, and may be None on its way."""
    way, value = blank.source.way, blank.source.value
    if not all(map(_may_hand_on_none, way)) or any(True for _ in _reads(sink, usage)):
        return False
    # Other files may have a use for what a function finds outside.
    units = {usage.tree.unit(each) for each in (node, *(step.node for step in way), value)}
    return len(units) == 1 and value in usage.sharing.alone(node, blank.source)


def _may_hand_on_none(step: Step) -> bool:
    if step.binding is not None:
        return step.binding.kind == "assign"
    return isinstance(step.node, (cst.BooleanOperation, cst.NamedExpr, cst.Subscript))
