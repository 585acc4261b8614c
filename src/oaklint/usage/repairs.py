"""The changes that repairs of several rules are made of, where they take knowledge of the SDK."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.edits import Changes, Editor, Unfixable
from oaklint.python.imported_names import import_beside, is_imported, written_as
from oaklint.python.moving import moved_above
from oaklint.python.places import place
from oaklint.python.tree import walk
from oaklint.sdk.exceptions import authentication_error
from oaklint.usage.constructions import Construction
from oaklint.usage.environment.writes import Write
from oaklint.usage.module_client import leads_to
from oaklint.usage.retries.policies import Policy
from oaklint.usage.usage import Usage

# What binds less tightly than `&`.
_LOOSE = (
    *("BinaryOperation", "Comparison", "BooleanOperation", "UnaryOperation", "IfExp", "Lambda", "NamedExpr"),
    *("GeneratorExp", "Yield", "From"),
)


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
    if source is not decorator:
        raise Unfixable
    return *changes, editor.insert_after(source, f"({added})")


def set_before(editor: Editor, write: Write, client: cst.Call, usage: Usage) -> Changes:
    """Moves the statement that sets the environment above the one that builds a client."""
    line = next((each for each in usage.tree.ancestors(client) if isinstance(each, cst.SimpleStatementLine)), None)
    construction = usage.constructions.through(client)
    if line is None or construction is None:
        raise Unfixable
    if usage.environment.was_read_before(construction):
        raise Unfixable
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
    tight = value.lpar or type(value).__name__ not in _LOOSE
    if tight or (isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.BitAnd)):
        return (editor.insert_after(arg, f" & {text}"),)
    return editor.insert_before(value, "("), editor.insert_after(arg, f") & {text}")
