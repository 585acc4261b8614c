"""Where a program writes down the names of environment variables, and what it does with them there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.tree import dotted_name, walk
from oaklint.sdk.environment_names import OTHER_PROGRAMS
from oaklint.usage.context import Context
from oaklint.usage.environment.reads import GETTERS
from oaklint.usage.environment.writes import Writes

# They take a secret from the user, or from where it is kept, and no environment variable is involved.
TYPED_IN = {"builtins.input", "getpass.getpass", "click.prompt", "typer.prompt"}
TYPED_IN |= {"streamlit.text_input", "streamlit.sidebar.text_input"}
OTHER_KEEPERS = TYPED_IN | {"google.colab.userdata.get", "keyring.get_password"}
_NAME = re.compile(r"\s*[A-Za-z][\w-]{3,60}\s*")
_EXITS = {"sys.exit", "os._exit", "exit", "quit"}
_SAYS = {"sys.exit", "builtins.exit", "builtins.quit", "builtins.print", "builtins.SystemExit", "builtins.RuntimeError"}
_SAYS |= {"builtins.ValueError", "builtins.KeyError", "builtins.EnvironmentError", "builtins.OSError"}
# They start other programs, which see this one's environment; and this program's functions in processes that do.
_STARTS_PROGRAM = re.compile(
    r"subprocess\.|asyncio\.create_subprocess|pty\.spawn|ctypes\.|os\.(?:exec|popen|posix_spawn|spawn|startfile|system)|pexpect\."
)
_STARTS_WORKERS = re.compile(r"multiprocessing\.|concurrent\.futures\.(?:process\.)?ProcessPool|joblib\.")
# In a command line: another program follows, or stands within.
_GOES_ON = re.compile(r"[;&|`$\n]")


Kind: TypeAlias = Literal["write", "required", "tested", "used"]


class Mention(NamedTuple):
    """A place where a program writes down the name of a variable.

    kind: "write": it is set there; "required": the program stops if it is not set, or asks and does nothing with the answer;
          "tested": it is looked at and nothing else; "used": anything may be done with it.
    """

    node: cst.CSTNode
    kind: Kind


class Mentions:
    """Finds what may be names of variables."""

    def __init__(self, context: Context, writes: Writes) -> None:
        self._tree = context.tree
        self._resolver = context.resolver
        self._values = context.values
        self._writes = writes

    @cached_property
    def by_name(self) -> dict[str, list[Mention]]:
        """Where the program writes down what may be the name of a variable: as a text, a keyword, or a field of a class."""
        found: dict[str, list[Mention]] = {}
        for node in self._tree.nodes.get(cst.SimpleString, ()):
            assert isinstance(node, cst.SimpleString)
            name = node.evaluated_value
            if isinstance(name, str) and _NAME.fullmatch(name):
                found.setdefault(name, []).extend(map(self._mention, self._places(node)))
        for arg in self._tree.nodes.get(cst.Arg, ()):
            if isinstance(arg, cst.Arg) and arg.keyword is not None:
                call = self._tree.parents[arg]
                is_write = isinstance(call, cst.Call) and "os.environ.update" in self._resolver.names(call.func)
                found.setdefault(arg.keyword.value, []).append(Mention(arg.keyword, "write" if is_write else "used"))
        for field in self._tree.nodes.get(cst.AnnAssign, ()):
            target = field.target if isinstance(field, cst.AnnAssign) else None
            if isinstance(target, cst.Name) and self._tree.scopes[field].kind == "class":
                for name in {target.value, target.value.upper()}:  # a class of settings may ignore the case
                    found.setdefault(name, []).append(Mention(target, "used"))
        return found

    def _places(self, text: cst.SimpleString) -> Sequence[cst.SimpleString | cst.Name | cst.Attribute]:
        """Where a text is used: where it is written down, or where the constant stands that is nothing else."""
        target = self._kept_in(text)
        if target is None or len(self._tree.scopes[target].bindings.get(target.value, ())) > 1:
            return [text]
        named = [each for each in self._tree.named(target.value) if each is not target and not self._tree.is_label(each)]
        uses = [each for each in named if not isinstance(self._tree.parents[each], cst.ImportAlias)]
        # Others of that name may be the constant of another module, and this one may have other names there.
        return uses if uses and all(self._stands_for(each, target) for each in named) else [text]

    def _stands_for(self, node: cst.Name | cst.Attribute, target: cst.Name) -> bool:
        """Whether a name, an attribute of a module or an import that renames nothing stands for a constant."""
        parent = self._tree.parents[node]
        if isinstance(parent, cst.ImportAlias):
            return parent.asname is None
        return any(binding.node is target for binding in self._resolver.bindings_behind(node))

    def _kept_in(self, value: cst.BaseExpression) -> cst.Name | None:
        """The one variable that a value is assigned to."""
        parent = self._tree.parents[value]
        target = parent.targets[0].target if isinstance(parent, cst.Assign) and len(parent.targets) == 1 else None
        return target if isinstance(target, cst.Name) else None

    def _mention(self, node: cst.SimpleString | cst.Name | cst.Attribute) -> Mention:
        if node in self._write_keys:
            return Mention(node, "write")
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, (cst.Tuple, cst.List)) and (loops := self._loops_over(ancestor)):
                return Mention(node, self._most(self._asked_in(loop) for loop in loops))
            if isinstance(ancestor, cst.Call) and self._resolver.names(ancestor.func) & (OTHER_KEEPERS | _SAYS):
                return Mention(node, "tested")  # the name of something that is kept elsewhere, or part of a message
            if isinstance(ancestor, (cst.Call, cst.Subscript, cst.Comparison)):
                return Mention(node, self._outcome(ancestor) if self._is_look_up(ancestor, node) else "used")
            if isinstance(ancestor, (cst.BaseSmallStatement, cst.BaseCompoundStatement)):
                # A text that stands for itself, as a docstring does, is nobody's.
                return Mention(node, "tested" if isinstance(ancestor, cst.Expr) and ancestor.value is node else "used")
        return Mention(node, "used")

    def _loops_over(self, display: cst.Tuple | cst.List) -> list[cst.For]:
        """The loops that go through a tuple or list, be it under a name; none where something else is done with it."""
        parent = self._tree.parents[display]
        if isinstance(parent, cst.For):
            return [parent]
        target = self._kept_in(display)
        users = [self._tree.parents[use] for use in self._tree.uses_of(target)] if target is not None else []
        loops = [user for user in users if isinstance(user, cst.For)]
        return loops if len(loops) == len(users) else []

    def _asked_in(self, loop: cst.For) -> Kind:
        """What becomes of the variables whose names a loop goes through; a message may name them."""
        if not isinstance(loop.target, cst.Name):
            return "used"
        found: set[Kind] = set()
        for use in (each for each in self._tree.uses_of(loop.target) if loop in self._tree.ancestors(each)):
            if use in self._write_keys:
                found.add("write")
                continue
            around = next(self._tree.ancestors(use))
            if isinstance(around, (cst.Arg, cst.Index, cst.SubscriptElement)):
                around = next(each for each in self._tree.ancestors(use) if isinstance(each, (cst.Call, cst.Subscript)))
            if self._is_look_up(around, use):
                found.add(self._outcome(around))
            elif not self._is_said(use):
                found.add("used")
        return self._most(found)

    def _is_said(self, node: cst.CSTNode) -> bool:
        """Whether a name is only part of a message, or what something is called that is kept elsewhere."""
        for around in self._tree.ancestors(node):
            if isinstance(around, cst.Call):
                return bool(self._resolver.names(around.func) & (OTHER_KEEPERS | _SAYS))
            if isinstance(around, cst.BaseSmallStatement):
                return isinstance(around, cst.Raise)
        return False

    @staticmethod
    def _most(kinds: Iterable[Kind]) -> Kind:
        """The one that tells most of what may be done with a variable."""
        found = set(kinds)
        in_order: tuple[Kind, ...] = ("used", "write", "required")
        return next((kind for kind in in_order if kind in found), "tested")

    @cached_property
    def _write_keys(self) -> set[cst.CSTNode]:
        """The expressions that say what is set."""
        found: set[cst.CSTNode] = {write.key for write in self._writes.all if write.key is not None}
        for write in self._writes.all:
            values = [write.node.value] if isinstance(write.node, cst.AugAssign) else []
            if isinstance(write.node, cst.Call):
                values = [arg.value for arg in write.node.args]
            dicts = [value for value in values if isinstance(value, cst.Dict)]
            found |= {element.key for value in dicts for element in value.elements if isinstance(element, cst.DictElement)}
        return found

    def _is_look_up(self, node: cst.CSTNode, key: cst.SimpleString | cst.Name | cst.Attribute) -> bool:
        """Whether an expression asks the environment for the name, and with nothing to fall back on."""
        if isinstance(node, cst.Call):
            return bool(self._resolver.names(node.func) & GETTERS) and len(node.args) == 1
        if isinstance(node, cst.Subscript):
            return "os.environ" in self._resolver.names(node.value)
        if isinstance(node, cst.Comparison) and node.left is key and len(node.comparisons) == 1:
            target = node.comparisons[0]
            return isinstance(target.operator, (cst.In, cst.NotIn)) and "os.environ" in self._resolver.names(target.comparator)
        return False

    def _outcome(self, node: cst.CSTNode, *, bound: bool = False) -> Kind:
        """What becomes of a value from the environment."""
        for ancestor in self._tree.ancestors(node):
            if isinstance(ancestor, (cst.If, cst.Assert)) and node is ancestor.test:
                return "required" if isinstance(ancestor, cst.Assert) or leaves(ancestor) else "tested"
            if isinstance(ancestor, (cst.While, cst.IfExp)) and node is ancestor.test:
                return "tested"
            if isinstance(ancestor, cst.Expr):
                return "required"  # the program stops there, or its author thinks that this is all it takes
            if isinstance(ancestor, cst.Assign) and not bound:
                targets = [target for target, value in assigned(ancestor) if node in walk(value)]
                if len(targets) == 1 and isinstance(targets[0], cst.Name):
                    return self._most(self._outcome(use, bound=True) for use in self._tree.uses_of(targets[0]))
            if not isinstance(ancestor, (cst.UnaryOperation, cst.BooleanOperation, cst.Comparison, cst.ComparisonTarget)):
                return "used"
            node = ancestor
        return "used"

    @cached_property
    def starts_processes(self) -> bool:
        """Whether the program starts processes, which may read what it sets."""
        return any(self.starts_process(call) for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))

    @cached_property
    def starts_programs(self) -> bool:
        """Whether it starts others than itself."""
        return any(self._starts_program(call) for call in self._tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))

    def starts_process(self, call: cst.Call) -> bool:
        """Whether a call starts a process that may read the environment: another program, or functions of this one."""
        return self._starts_program(call) or self._starts(_STARTS_WORKERS, call)

    def _starts_program(self, call: cst.Call) -> bool:
        return self._starts(_STARTS_PROGRAM, call) and self._program(call) not in OTHER_PROGRAMS

    def _starts(self, names: re.Pattern[str], call: cst.Call) -> bool:
        return any(names.match(name) and "()" not in name for name in self._resolver.names(call.func))

    def _program(self, call: cst.Call) -> str:
        """The program that a call starts, where its name is written down, and it starts no other: `git`."""
        command = call.args[0].value if call.args else None
        if isinstance(command, (cst.List, cst.Tuple)) and command.elements:
            command = command.elements[0].value
        text = self._values.text(command) if command is not None else None
        return text.split()[0] if text and text.strip() and not _GOES_ON.search(text) else ""


def leaves(test: cst.If) -> bool:
    """Whether one side of a test ends the matter."""
    branches = [test.body, *([test.orelse.body] if isinstance(test.orelse, cst.Else) else [])]
    for branch in branches:
        last = branch.body[-1] if branch.body else None
        if isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        call = last.value if isinstance(last, cst.Expr) else None
        if isinstance(last, cst.Raise) or (isinstance(call, cst.Call) and (dotted_name(call.func) or "") in _EXITS):
            return True
    return False
