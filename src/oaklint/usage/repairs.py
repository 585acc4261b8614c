"""The changes that repairs of several rules are made of, where they take knowledge of the SDK."""

from __future__ import annotations

import re
import sys
from itertools import takewhile

from oaklint.python import cst
from oaklint.python.edits import LOOSE, Changes, Editor, Reference, Unfixable
from oaklint.python.imported_names import has_run, import_beside, is_free, is_imported, written_as
from oaklint.python.moving import moved_above
from oaklint.python.places import place
from oaklint.python.tree import argument_of, dotted_name, last_part, walk
from oaklint.sdk.clients import CREDENTIAL_ARGUMENTS, CREDENTIAL_ENVIRONMENT
from oaklint.sdk.environment_names import GETENV
from oaklint.sdk.exceptions import authentication_error
from oaklint.usage.constructions import Construction
from oaklint.usage.credentials.sinks import Sink
from oaklint.usage.environment.writes import Write
from oaklint.usage.order import leads_to
from oaklint.usage.retries.policies import Policy
from oaklint.usage.usage import Usage

# What arguments and entries are called that hand over a key, or how their names end.
_KEYS = (*CREDENTIAL_ARGUMENTS, "api_key", "secret_key")


def authentication_error_at(node: cst.CSTNode, usage: Usage) -> str:
    """How AuthenticationError is written where a node stands: as the file imports it, or would with one more name, or else in
    full.
    """
    name = authentication_error(usage.generation)
    known = written_as(name, node, usage.resolver)
    if known is None and import_beside(name, node, usage.resolver) is not None:
        return name.rpartition(".")[2]
    return known or name


def with_import(node: cst.CSTNode, usage: Usage) -> str:
    """What to add to advice that writes it like that: the import that it takes, if any."""
    qualified = authentication_error(usage.generation)
    module, _, name = qualified.rpartition(".")
    if authentication_error_at(node, usage) == name and written_as(qualified, node, usage.resolver) is None:
        return f", with `from {module} import {name}`"
    package = module.partition(".")[0]
    known = written_as(qualified, node, usage.resolver) is not None or is_imported(package, node, usage.resolver)
    return "" if known else f", with `import {package}`"


def let_out(editor: Editor, clause: cst.CSTNode, usage: Usage) -> Changes:
    """Lets AuthenticationError out of a `try` before a clause of it that has caught it."""
    if not isinstance(clause, cst.ExceptHandler):
        raise Unfixable
    statement = usage.tree.parents[clause]
    assert isinstance(statement, cst.Try)
    if any(handler.type is not None and usage.auth_errors.names_it(handler.type) for handler in statement.handlers):
        raise Unfixable  # somebody has thought of it: what they mean is not for us to say
    for around in usage.tree.ancestors(clause):
        if isinstance(around, (cst.Try, cst.TryStar)) and around.finalbody is not None:
            if any(isinstance(part, (cst.Return, cst.Break, cst.Continue)) for part in walk(around.finalbody)):
                raise Unfixable  # that drops every exception
    reference = editor.reference(authentication_error(usage.generation), clause)
    return *reference.changes, editor.insert_clause(clause, f"except {reference.text}", "raise")


def give_up_on_authentication_error(editor: Editor, policy: Policy, decorator: cst.CSTNode, usage: Usage) -> Changes:
    """Makes a retry decorator, or object, let AuthenticationError out, in the way of its library.

    decorator: the expression by which the policy is applied.
    """
    source, arguments, library = policy.source, policy.arguments, policy.decorator.library
    error = editor.reference(authentication_error(usage.generation), source)
    changes = list(error.changes)
    match library:
        case "tenacity":
            if isinstance(source, cst.Call) and any(arg.keyword is None and not arg.star for arg in source.args):
                raise Unfixable  # beside a function, `tenacity.retry` ignores every other argument
            condition = editor.reference("tenacity.retry_if_not_exception_type", source)
            changes += (change for change in condition.changes if change not in changes)
            text = f"{condition.text}({error.text})"
            if usage.retries.is_for_results(policy):
                raise Unfixable  # with `&`, it would be for exceptions alone
            if "retry" in arguments:
                return *changes, *_and(editor, _argument(source, arguments["retry"]), text)
            added = f"retry={text}"
        case "backoff" if "giveup" not in arguments:
            added = f"giveup=lambda e: isinstance(e, {error.text})"
        case "celery" if "dont_autoretry_for" not in arguments:
            added = f"dont_autoretry_for=({error.text},)"
        case _:
            raise Unfixable
    if isinstance(source, cst.Call):
        return *changes, *editor.add_argument(source, added)
    if source is not decorator or isinstance(usage.tree.parents.get(source), cst.ClassDef):
        raise Unfixable  # a class of tasks says it in its body
    return *changes, editor.insert_after(source, f"({added})")


def set_before(editor: Editor, write: Write, client: cst.Call, usage: Usage) -> Changes:
    """Moves the statement that sets the environment above the one that builds a client."""
    line = next((each for each in usage.tree.ancestors(client) if isinstance(each, cst.SimpleStatementLine)), None)
    construction = usage.constructions.through(client)
    if line is None or construction is None:
        raise Unfixable
    if usage.environment.was_read_before(construction):
        raise Unfixable
    if any(value is not None and usage.values.value(value) == "" for _, value in write.values):
        raise Unfixable  # an empty key is worse in time than too late
    kept_in = {place(each.target) for each in walk(line) if isinstance(each, (cst.AssignTarget, cst.AnnAssign, cst.NamedExpr))}
    reads_another = sum(_is_environment(part, usage) for part in walk(write.node)) > 1
    writes = {other.node: other for other in usage.writes.all}

    def disturbs(node: cst.CSTNode) -> bool:
        """Whether it may have to do with what the environment holds, or with the client as it is now."""
        if node in writes:
            other = writes[node]
            return reads_another or not write.names or not other.names or bool(other.names & write.names)
        if isinstance(node, (cst.Name, cst.Attribute)) and place(node) in kept_in:
            return True
        if _is_environment(node, usage):
            return not any(node is _written(other) for other in writes)
        if isinstance(node, cst.Call):
            return bool(
                usage.resolver.calls.functions(node) or usage.constructions.of(node) is not None or usage.writes.may_load(node)
            )
        return False

    lines = moved_above(write.node, client, usage.resolver, disturbs)
    if lines is None:
        raise Unfixable
    return editor.move(lines, line)


def read_from_environment(literal: cst.BaseExpression, variable: str | None, usage: Usage, editor: Editor) -> tuple[str, Changes]:
    """Reads an environment variable in place of a literal that is a key and nothing else, save `Bearer`: what to say of that, and
    the changes.

    variable: where the key belongs. Where the literal is what the program takes if another one is not set, it is that one; and
    since nothing is left to take, it has to be set.
    """
    text = usage.values.value(literal)
    if not isinstance(text, str) or any(usage.values.pieces(literal)):
        raise Unfixable  # what it is put together from would stay
    asked, replaced = _asked_instead_of(literal, usage)
    variable = asked or variable
    if variable is None or not (asked or _is_credential(literal, usage)):
        raise Unfixable
    if is_fallback(replaced, usage) or _is_put_into_environment(literal, usage):
        raise Unfixable
    environ = _environ_at(editor, literal, usage)
    quote, other = "\"'" if editor.text(literal).lstrip("rRuUfF(").startswith('"') else "'\""
    read = f"{environ.text}[{quote}{variable}{quote}]"
    if text.startswith("Bearer "):
        if editor.is_in_text(literal):
            raise Unfixable  # there are no third quotes
        read = f"f{quote}Bearer {{{environ.text}[{other}{variable}{other}]}}{quote}"
    message = f"Revoke the key first; then read {variable} from the environment"
    return message, (*environ.changes, editor.replace_whole(replaced, read))


def is_fallback(node: cst.CSTNode, usage: Usage) -> bool:
    """Whether a look-up falls back to what a node is or is part of, which then must not fail: it is evaluated in any case, as in
    `os.getenv("A", os.environ["B"])`.
    """
    for around in usage.tree.expression_around(node):
        call = usage.tree.parents.get(around)
        if isinstance(around, cst.Arg) and isinstance(call, cst.Call) and argument_of(call, "default", 1) is around.value:
            if last_part(call.func) in ("get", "pop", "setdefault") or usage.resolver.names(call.func) & GETENV:
                return True
    return False


def _is_put_into_environment(literal: cst.BaseExpression, usage: Usage) -> bool:
    """Whether the program sets a variable to a literal, which cannot be read from there."""
    values = (value for write in usage.writes.all for _, value in write.values if value is not None)
    return any(source.value is literal for value in values for source in usage.origins.alternatives(value))


def variable_for(literal: cst.BaseExpression, usage: Usage) -> str | None:
    """The variable that the clients read by themselves to which a literal is given as a credential, if that is one."""
    found = set()
    for node in (*usage.nodes(cst.Call), *usage.nodes(cst.Assign), *usage.nodes(cst.AnnAssign)):
        assert isinstance(node, (cst.Call, cst.Assign, cst.AnnAssign))
        found |= {_variable(node, sink, usage) for sink in usage.sinks.of(node) if sink.value is literal}
    return found.pop() if len(found) == 1 else None


def _variable(node: cst.CSTNode, sink: Sink, usage: Usage) -> str | None:
    """The variable that stands in for what is handed over at a sink; None where there is none, or another host is asked."""
    construction = usage.constructions.of(node) if isinstance(node, cst.Call) else None
    if sink.host != "openai" or sink.kind in ("environment", "process", "patch"):
        return None
    if sink.kind == "default":
        return sink.name
    if construction is not None and sink.name in ("api_key", "admin_api_key", "azure_ad_token"):
        reads = construction.constructor.reads
        return next((read.name for read in reads if sink.name in read.unless and read.name in CREDENTIAL_ENVIRONMENT), None)
    is_other = isinstance(node, cst.Call) and re.search("Azure|Bedrock", last_part(node.func))
    is_key = sink.what == "`openai.api_key`" or sink.kind == "header" or sink.name == "openai_api_key" or sink.kind == "argument"
    if not is_key or sink.name in ("admin_api_key", "azure_ad_token", "webhook_secret") or (is_other and sink.kind == "header"):
        return None
    return "AZURE_OPENAI_API_KEY" if is_other else "OPENAI_API_KEY"


def _asked_instead_of(literal: cst.BaseExpression, usage: Usage) -> tuple[str | None, cst.BaseExpression]:
    """The variable that the program asks for before it takes a literal, and the expression that does both:
    `os.getenv("X", "...")`, `os.getenv("X") or "..."`.
    """
    parent = usage.tree.parents[literal]
    if isinstance(parent, cst.Arg):
        asking, most = usage.tree.parents[parent], 2
        if not isinstance(asking, cst.Call) or asking.args[0] is parent:
            return None, literal
        whole: cst.BaseExpression = asking
    elif isinstance(parent, cst.BooleanOperation) and isinstance(parent.operator, cst.Or) and parent.right is literal:
        asking, most, whole = parent.left, 1, parent
    else:
        return None, literal
    if not isinstance(asking, cst.Call) or len(asking.args) != most or not usage.resolver.names(asking.func) & GETENV:
        return None, literal
    name = usage.values.text(asking.args[0].value)
    return (name, whole) if name else (None, literal)


def _is_credential(literal: cst.CSTNode, usage: Usage) -> bool:
    """Whether a literal is what something is set to that may as well be set to what is read: a name or attribute, a parameter, or
    an argument or entry for a key.
    """
    parent = usage.tree.parents[literal]
    is_behind_bearer = isinstance(parent, cst.BinaryOperation) and usage.values.text(parent.left) == "Bearer "
    if isinstance(parent, (cst.BooleanOperation, cst.IfExp)) or is_behind_bearer:
        return _is_credential(parent, usage)
    if isinstance(parent, cst.Assign):
        return all(isinstance(each.target, (cst.Name, cst.Attribute)) for each in parent.targets)
    if isinstance(parent, cst.AnnAssign) and any(sink.kind == "default" for sink in usage.sinks.of(parent)):
        return False  # a field of settings reads the variable by itself, be it from a file that `os.environ` knows nothing of
    if isinstance(parent, (cst.AnnAssign, cst.NamedExpr)):
        return isinstance(parent.target, (cst.Name, cst.Attribute))
    if isinstance(parent, cst.Param):
        return True
    if isinstance(parent, cst.DictElement):
        key = usage.values.text(parent.key)
        return key is not None and (key.endswith(_KEYS) or key.lower() == "authorization")
    if not isinstance(parent, cst.Arg):
        return False
    if parent.keyword is not None:
        return parent.keyword.value.endswith(_KEYS)
    call = usage.tree.parents[parent]
    if isinstance(call, cst.Call) and last_part(call.func) == "SecretStr":
        return _is_credential(call, usage)
    return isinstance(call, cst.Call) and any(sink.given is literal and sink.kind == "setting" for sink in usage.sinks.of(call))


def _environ_at(editor: Editor, node: cst.CSTNode, usage: Usage) -> Reference:
    """How to write `os.environ` where a node is evaluated; with an import if the file has none to build on: where isort puts it
    among the first imports of the file.
    """
    try:
        return editor.reference("os.environ", node)
    except Unfixable:
        if not is_free("os", node, usage.resolver):
            raise
    lines = [line for root in usage.tree.roots for line in root.body]
    imports = ((line, statement) for line in lines if (statement := _import_of(line)) is not None)
    ran = (line for line, each in imports if _package(each) != "__future__" and has_run(each, node, usage.resolver))
    first = next(ran, None)
    if first is None:
        line = _first_statement(node, usage)
        blank_rows = 2 if isinstance(line, (cst.FunctionDef, cst.ClassDef)) else 1
        return Reference("os.environ", (editor.insert_statement(line, "import os", *[""] * blank_rows),))
    block = takewhile(lambda line: _import_of(line) is not None, lines[lines.index(first) :])
    standard = {line: package for line in block if (package := _package(_import_of(line))) in sys.stdlib_module_names}
    plain = [line for line in standard if isinstance(_import_of(line), cst.Import)]
    after = next((line for line in plain if standard[line] > "os"), None)
    if plain and after is None:
        return Reference("os.environ", (editor.insert_statement(plain[-1], "import os", behind=True),))
    line = after or first
    return Reference("os.environ", (editor.insert_statement(line, "import os", *[] if line in standard else [""]),))


def _import_of(line: cst.CSTNode) -> cst.Import | cst.ImportFrom | None:
    """The import that a row of statements begins with."""
    statement = line.body[0] if isinstance(line, cst.SimpleStatementLine) else None
    return statement if isinstance(statement, (cst.Import, cst.ImportFrom)) else None


def _package(statement: cst.Import | cst.ImportFrom | None) -> str:
    """The package that a statement imports something from."""
    if isinstance(statement, cst.ImportFrom):
        return "" if statement.relative else (dotted_name(statement.module) or "").partition(".")[0]
    return (dotted_name(statement.names[0].name) or "").partition(".")[0] if statement is not None else ""


def _first_statement(node: cst.CSTNode, usage: Usage) -> cst.CSTNode:
    """The first statement of the cell or file of a node that is neither its docstring nor speaks of the future."""
    *_, root = usage.tree.ancestors(node)
    assert isinstance(root, cst.Module)
    for line in root.body:
        small = line.body[0] if isinstance(line, cst.SimpleStatementLine) else line
        is_text = isinstance(small, cst.Expr) and isinstance(small.value, (cst.SimpleString, cst.ConcatenatedString))
        if not is_text and _package(_import_of(line)) != "__future__":
            return line
    raise Unfixable


def is_set_in_time(node: cst.CSTNode, construction: Construction, usage: Usage) -> bool:
    """Whether what a node sets is set before the client is built, and not behind any that has been built already."""
    behind = any(leads_to(other.site, node, usage) for other in usage.constructions.in_program)
    return not behind and leads_to(node, construction.site, usage)


def _is_environment(node: cst.CSTNode, usage: Usage) -> bool:
    """Whether it is `os.environ`, or `os.getenv`."""
    return isinstance(node, (cst.Name, cst.Attribute)) and bool(usage.resolver.names(node) & {"os.environ", "os.getenv"})


def _written(write: cst.CSTNode) -> cst.CSTNode | None:
    """The expression for the environment in what writes to it: in `os.environ["X"] = ...` or `os.environ.update(...)`."""
    if isinstance(write, cst.Call):
        return write.func.value if isinstance(write.func, cst.Attribute) else None
    target = write.targets[0].target if isinstance(write, cst.Assign) else getattr(write, "target", None)
    return target.value if isinstance(target, cst.Subscript) else target


def _argument(call: cst.CSTNode, value: cst.BaseExpression) -> cst.Arg:
    for arg in call.args if isinstance(call, cst.Call) else ():
        if arg.value is value:
            return arg
    raise Unfixable  # it stands in a dictionary of settings


def _and(editor: Editor, arg: cst.Arg, text: str) -> Changes:
    value = arg.value
    tight = value.lpar or type(value).__name__ not in LOOSE
    if tight or (isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.BitAnd)):
        return (editor.insert_after(arg, f" & {text}"),)
    return editor.insert_before(value, "("), editor.insert_after(arg, f") & {text}")
