"""## What it does
Finds assignments of a key that have no effect on the client they are meant for.

- `os.putenv("OPENAI_API_KEY", ...)`, which changes the environment of processes to come and not `os.environ`, where no process
  is started behind it;
- `os.system("export OPENAI_API_KEY=...")`, `subprocess.run("export ...", shell=True)`, and in a notebook `!export ...` or a cell
  of `%%bash`, each of which sets the variable in a shell of its own, where nothing else that this runs has a use for it;
- `OpenAI.api_key = ...`, an attribute of the class, which every client's own attribute hides, in a test, too:
  `monkeypatch.setattr(OpenAI, "api_key", ..., raising=False)`;
- `client.with_options(api_key=...)` or `client.copy(api_key=...)` as a statement of its own: the new client is thrown away;
- `openai.api_key = ...` before an `OpenAI()` without a key, be it in a file that imports this one, or in another function that
  a framework calls: only the module client reads it. This is reported where nothing in the program uses the module client, and
  nothing in it may put the key into the environment.

What works is no finding: `os.environ["OPENAI_API_KEY"] = ...`, `client.api_key = ...`, an `export` in front of a command that
runs in the same shell.

## Why is this bad?
None of these raises anything. The client goes on with the key that it finds in `os.environ`, the old one, or there is none and
the constructor raises `OpenAIError`. Measured on openai 1.0.0, 1.55.3, 1.109.1, 2.54.0 and 3.54.0.

## Example
```python
import os

from openai import OpenAI

os.putenv("OPENAI_API_KEY", os.environ["TEAM_KEY"])
client = OpenAI()
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(api_key=os.environ["TEAM_KEY"])
client.models.list()
```

## Fix safety
There are fixes for two of the five, both unsafe: the client takes another key, which is their purpose.

- `os.putenv(NAME, value)` as a statement of its own becomes `os.environ[NAME] = value`, where no client may be built before.
- `client.with_options(api_key=...)` becomes `client = client.with_options(api_key=...)`, where `client` is a plain name that the
  same function, or the module, has bound and uses afterwards.

There is none for the others: a shell command cannot be turned into Python exactly, and where a key was given to a class or to the
module, only its author knows which clients it is for.

## References
- [os.putenv](https://docs.python.org/3/library/os.html#os.putenv)
- [Module-level client](https://github.com/openai/openai-python#module-level-client)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.python.shell import exports, lost_exports
from oaklint.python.tree import argument_of, walk
from oaklint.rules import IMPORTS_OPENAI, REACHES_OPENAI, Finding, Needs, Repair
from oaklint.sdk.clients import CONSTRUCTORS, CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import OTHER_PROGRAMS
from oaklint.usage import Usage
from oaklint.usage.constructions import Construction
from oaklint.usage.environment.writes import Write
from oaklint.usage.module_client import (
    Assigning,
    assigned_attributes,
    is_configured,
    is_module,
    missed_by_importers,
    misses_client,
)
from oaklint.usage.order import leads_to
from oaklint.usage.repairs import is_set_in_time

NEEDS: Needs = ((IMPORTS_OPENAI, REACHES_OPENAI), ("putenv", "export", "api_key", "API_KEY", "TOKEN", "ADMIN_KEY", "setattr"))
SEVERITY: Severity = "error"

# They run a command line in a shell of its own; for those of the second group only `shell=True` does.
_SHELLS = {
    *("os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "asyncio.create_subprocess_shell"),
    *("builtins.get_ipython().system", "builtins.get_ipython().getoutput", "IPython.get_ipython().system"),
}
_PROCESSES = {f"subprocess.{name}" for name in ("Popen", "call", "check_call", "check_output", "run")}
_PUTENV = {"os.putenv", "posix.putenv", "nt.putenv"}


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """Shell lines, which are no part of any tree; the first cell speaks for all."""
    if root is usage.tree.roots[0]:
        for cell in usage.program.source.cells:
            for name, span in lost_exports(cell, OTHER_PROGRAMS):
                if _is_missed(name, usage):
                    yield Finding(span, _in_a_shell(name))


def visit_Call(call: cst.Call, usage: Usage) -> Iterator[Finding]:
    names = usage.resolver.names(call.func)
    if names & _PUTENV and len(call.args) == 2:
        name = usage.values.text(call.args[0].value)
        if name is None or _passes_on(name, call.args[1].value, usage) or _is_for_a_child(call, name, usage):
            return
        if _is_missed(name, usage) or _is_missed_here(name, call, usage) or _is_missed_elsewhere(name, call, usage):
            yield Finding(
                call,
                f"`os.putenv` does not change `os.environ`, where the client looks for `{name}`: this has no effect on it."
                f' Set `os.environ["{name}"]`, or build the client with `api_key=`',
                fix=partial(_set_environment, call, name, usage),
            )
    elif names & (_SHELLS | _PROCESSES) and call.args:
        command = _command(call, run_by_shell=bool(names & _SHELLS), usage=usage)
        for name in sorted(exports(command or "", OTHER_PROGRAMS)):
            if _is_missed(name, usage) or _is_missed_elsewhere(name, call, usage):
                yield Finding(call, _in_a_shell(name))
    yield from _assigned(call, usage)
    put = usage.doubles.put(call)
    if put is not None and put[1] == "api_key" and not usage.doubles.replace_more_of("openai", "api_key"):
        yield from _given_to_class(put[0], call, usage)


def visit_Assign(node: cst.Assign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)


def visit_AnnAssign(node: cst.AnnAssign, usage: Usage) -> Iterator[Finding]:
    yield from _assigned(node, usage)


def visit_Expr(statement: cst.Expr, usage: Usage) -> Iterator[Finding]:
    """A copy of a client with another key that nobody keeps."""
    call = statement.value
    if not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute) or not usage.constructions.is_thrown_away(call):
        return
    if argument_of(call, "api_key") is not None and not _expects_failure(statement, usage):
        method = call.func.attr.value
        yield Finding(
            call,
            f"`{method}(api_key=...)` returns a new client and leaves this one as it is; the new one is thrown away."
            " Keep what it returns, or set `client.api_key`",
            fix=partial(_keep_copy, call, call.func.value, usage),
        )


# The environment.


def _in_a_shell(name: str) -> str:
    return (
        f"`{name}` is set in a shell of its own, which ends at once: neither this process nor its clients see it."
        f' Set `os.environ["{name}"]`, or build the client with `api_key=`'
    )


def _is_missed(name: str, usage: Usage) -> bool:
    """Whether a client, or the module client, takes a credential from that name, and nothing else in the program sets it in
    time.
    """
    if name not in CREDENTIAL_ENVIRONMENT:
        return False
    writes = [write for write in usage.writes.all if name in write.names]
    reading = [each for each in usage.constructions.in_program if name in usage.environment.reads(each, usage.generation)]
    if writes:
        return any(all(_is_too_late(write, each, usage) for write in writes) for each in reading)
    if usage.constructions.in_program:
        return bool(reading)
    if name != "OPENAI_API_KEY" or not usage.clients.imports_openai or is_configured(usage):
        return False
    # Where nothing is asked here, it may be another program that is to see the variable.
    return any(map(usage.clients.is_request, usage.nodes(cst.Call))) or not usage.mentions.starts_processes


def _is_missed_here(name: str, where: cst.Call, usage: Usage) -> bool:
    """The same for a client that the function itself builds behind that, where others set the name for clients of their own."""
    reading = [each for each in usage.constructions.in_program if name in usage.environment.reads(each, usage.generation)]
    writes = [write.origin or write.node for write in usage.writes.all if name in write.names]
    if name not in CREDENTIAL_ENVIRONMENT or usage.tree.unit(where) is None:
        return False
    return _is_for_own(where, reading, usage) and all(
        usage.tree.unit(write) is not usage.tree.unit(where) and _is_for_own(write, reading, usage) for write in writes
    )


def _is_for_own(where: cst.CSTNode, reading: Iterable[Construction], usage: Usage) -> bool:
    """Whether something is set in a function that builds one of some clients behind it."""
    unit = usage.tree.unit(where)
    return unit is not None and any(usage.tree.unit(each.site) is unit and leads_to(where, each.site, usage) for each in reading)


def _is_missed_elsewhere(name: str, where: cst.CSTNode, usage: Usage) -> bool:
    """The same for a client that a module of the project builds when it is called behind that."""
    if (
        usage.constructions.in_program
        or usage.mentions.starts_processes
        or any(name in write.names for write in usage.writes.all)
    ):
        return False
    followed = (each for each in usage.constructions.followed if name in usage.environment.reads(each, usage.generation))
    return name in CREDENTIAL_ENVIRONMENT and any(leads_to(where, each.site, usage) for each in followed)


def _is_too_late(write: Write, construction: Construction, usage: Usage) -> bool:
    """Whether a client is built before the environment is written, and not behind it."""
    site = construction.site
    return leads_to(site, write.node, usage) and not leads_to(write.node, site, usage)


def _passes_on(name: str, value: cst.BaseExpression, usage: Usage) -> bool:
    """Whether the value is what the environment holds anyway."""
    return any(isinstance(node, cst.SimpleString) and usage.values.text(node) == name for node in walk(value))


def _is_for_a_child(call: cst.Call, name: str, usage: Usage) -> bool:
    """Whether a process that is started behind the call inherits what it sets, and no client is built behind it."""
    started = filter(usage.mentions.starts_process, usage.nodes(cst.Call))
    inheriting = (each for each in started if "env" not in {arg.keyword.value for arg in each.args if arg.keyword is not None})
    reading = (each for each in usage.constructions.in_program if name in usage.environment.reads(each, usage.generation))
    return any(leads_to(call, each, usage) for each in inheriting) and not any(
        leads_to(call, each.site, usage) for each in reading
    )


def _command(call: cst.Call, *, run_by_shell: bool, usage: Usage) -> str | None:
    """The command line that a call runs, with a placeholder for what is not known; None where there is no telling."""
    command = call.args[0].value
    if isinstance(command, (cst.List, cst.Tuple)):
        # Without a shell `export` is no program at all, with one it is all that the shell is given.
        words = [usage.values.fold(element.value) for element in command.elements]
        return " ".join(word if isinstance(word, str) else "_" for word in words)
    if not run_by_shell and not any(_is_shell(arg, usage) for arg in call.args):
        return None
    text = usage.values.fold(command)
    return text if isinstance(text, str) else None


def _is_shell(arg: cst.Arg, usage: Usage) -> bool:
    return arg.keyword is not None and arg.keyword.value == "shell" and usage.values.value(arg.value) is True


# Attributes.


def _assigned(node: Assigning, usage: Usage) -> Iterator[Finding]:
    for owner, name, where in assigned_attributes(node, usage):
        if name != "api_key":
            continue
        yield from _given_to_class(owner, where, usage)
        if is_module(owner, usage):
            construction = misses_client(where, usage)
            found = (usage, construction) if construction is not None else missed_by_importers(where, usage)
            if found is not None:
                program, (missing, class_name) = found[0].program, (found[1].call.func, found[1].constructor.name)
                yield Finding(
                    where,
                    f"`openai.api_key` is read by the module client alone; `{class_name}()` does not see it, and raises"
                    f" OpenAIError where the environment has no key. Build the client with `{class_name}(api_key=...)`",
                    related=((program.spans([missing])[missing], "this client does not see the setting"),),
                )


def _given_to_class(owner: cst.BaseExpression, where: cst.CSTNode, usage: Usage) -> Iterator[Finding]:
    for name in sorted(usage.clients.names(owner) & CONSTRUCTORS.keys())[:1]:
        class_name = CONSTRUCTORS[name].name
        yield Finding(
            where,
            f"`{class_name}.api_key` is an attribute of the class, which no client reads: each has its own."
            f" Build the client with `{class_name}(api_key=...)`",
        )


def _expects_failure(statement: cst.Expr, usage: Usage) -> bool:
    """Whether a test is to see the call fail: `with pytest.raises(...)`."""
    withs = (ancestor for ancestor in usage.tree.ancestors(statement) if isinstance(ancestor, cst.With))
    managers = (item.item for around in withs for item in around.items)
    return any(
        name.lower().endswith("raises")
        for manager in managers
        if isinstance(manager, cst.Call)
        for name in usage.resolver.names(manager.func)
    )


# The fixes.


def _set_environment(call: cst.Call, name: str, usage: Usage, editor: Editor) -> Repair | None:
    readers = [each for each in usage.constructions.in_program if name in usage.environment.reads(each, usage.generation)]
    if not isinstance(usage.tree.parents[call], cst.Expr) or not any(is_set_in_time(call, each, usage) for each in readers):
        return None
    is_plain = not any(arg.keyword is not None or arg.star or isinstance(arg.value, cst.NamedExpr) for arg in call.args)
    is_bytes = any(isinstance(usage.values.value(arg.value), bytes) for arg in call.args)
    if call.lpar or not is_plain or is_bytes or len(editor.text(call).splitlines()) > 1:
        return None
    environ = editor.reference("os.environ", call)
    key, value = (editor.text(arg.value) for arg in call.args)
    changes = (*environ.changes, editor.replace(call, f"{environ.text}[{key}] = {value}"))
    return Repair("unsafe", "Set it in `os.environ`", changes)


def _keep_copy(call: cst.Call, client: cst.BaseExpression, usage: Usage, editor: Editor) -> Repair | None:
    if not isinstance(client, cst.Name) or call.lpar:
        return None
    name, home = client.value, usage.tree.scopes[call]
    bindings = home.bindings.get(name, ())
    if home.kind == "class" or not bindings or any(binding.kind == "parameter" for binding in bindings):
        return None
    uses = (each for each in usage.nodes(cst.Name) if each.value == name and usage.tree.scopes[each].lookup(name) is home)
    if not any(each is not client and leads_to(call, each, usage) for each in uses):
        return None
    return Repair("unsafe", f"Keep the new client in `{name}`", (editor.insert_before(call, f"{name} = "),))
