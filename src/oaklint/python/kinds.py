"""What kind of object an expression is, where the program text leaves no doubt, and it is no text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.definitions import is_initializer
from oaklint.python.tree import last_part
from oaklint.python.values import Values

if TYPE_CHECKING:
    from oaklint.python.names import Resolver

_BYTES, _LIST, _DICT, _NUMBER, _FILE, _PATH = "bytes", "a list", "a dictionary", "a number", "a file", "a path"
MEMBER = "a member of an enumeration"
COROUTINE, GENERATOR, TUPLE = "a coroutine", "a generator", "a tuple"

_DISPLAYS = {
    "Tuple": TUPLE,
    "List": _LIST,
    "ListComp": _LIST,
    "Dict": _DICT,
    "DictComp": _DICT,
    "Set": "a set",
    "SetComp": "a set",
    "GeneratorExp": GENERATOR,
}
# What expressions are, by their qualified names.
_KINDS: dict[str, str] = {
    **dict.fromkeys(("builtins.bytes()", "builtins.bytearray()", "builtins.memoryview()"), _BYTES),
    **dict.fromkeys(("base64.b64encode()", "base64.b64decode()", "base64.standard_b64encode()"), _BYTES),
    **dict.fromkeys(("base64.standard_b64decode()", "base64.urlsafe_b64encode()", "base64.urlsafe_b64decode()"), _BYTES),
    **dict.fromkeys(("base64.b32encode()", "base64.b32decode()", "base64.b16encode()", "base64.b16decode()"), _BYTES),
    **dict.fromkeys(("binascii.hexlify()", "binascii.unhexlify()", "os.urandom()", "secrets.token_bytes()"), _BYTES),
    "pathlib.Path().read_bytes()": _BYTES,
    **dict.fromkeys(("builtins.int()", "builtins.float()", "builtins.bool()"), _NUMBER),
    **dict.fromkeys(("builtins.list()", "builtins.sorted()", "os.listdir()", "glob.glob()", "shlex.split()"), _LIST),
    **dict.fromkeys(("builtins.open().readlines()", "pathlib.Path().open().readlines()"), _LIST),
    **dict.fromkeys(("builtins.tuple()", "os.path.split()", "os.path.splitext()", "subprocess.Popen().communicate()"), TUPLE),
    **dict.fromkeys(("builtins.set()", "builtins.frozenset()"), "a set"),
    **dict.fromkeys(("builtins.dict()", "builtins.vars()", "os.environ.copy()", "tomllib.load()", "tomllib.loads()"), _DICT),
    **dict.fromkeys(("builtins.open()", "io.open()", "codecs.open()", "pathlib.Path().open()"), _FILE),
    **dict.fromkeys(("pathlib.Path()", "pathlib.Path.home()", "pathlib.Path.cwd()", "pathlib.Path().expanduser()"), _PATH),
    **dict.fromkeys(("pathlib.Path().resolve()", "pathlib.Path().parent", "pathlib.Path().joinpath()"), _PATH),
    **dict.fromkeys(("re.match()", "re.search()", "re.fullmatch()"), "a match"),
    "os.environ": "the whole environment",
    "dotenv.load_dotenv()": "True or False",
    "subprocess.run()": "a finished process",
    "subprocess.Popen()": "a process",
    "configparser.ConfigParser()": "a parser",
    "argparse.ArgumentParser().parse_args()": "a namespace",
}
# What a file of settings holds is a dictionary where the program looks something up in it.
_LOADED = {"json.load()", "json.loads()", "yaml.safe_load()", "yaml.load()"}
# What methods make of text; `encode` of anything that is told an encoding.
_METHODS = {"readlines": _LIST, "splitlines": _LIST, "split": _LIST, "rsplit": _LIST, "partition": TUPLE, "read_bytes": _BYTES}
_ENCODINGS = {"utf-8", "utf8", "utf_8", "ascii", "latin-1", "latin1", "utf-16"}
# Processes whose output is bytes, unless they are told otherwise by one of these.
_OUTPUTS = {"subprocess.check_output()": "subprocess.check_output", "subprocess.run().stdout": "subprocess.run"}
_AS_TEXT = {"text", "encoding", "errors", "universal_newlines"}


# Through how many names and functions a value is followed.
_MAX_STEPS = 5


def _is_in_bytes(node: cst.BaseExpression) -> bool:
    """Whether it is a variable of `os.environb`, which is the same environment as `os.environ`."""
    if isinstance(node, cst.Subscript):
        return last_part(node.value) == "environb"
    return isinstance(node, cst.Call) and last_part(node.func) == "getenvb"


class Kinds:
    """Tells what is no text; of all else it says nothing."""

    def __init__(self, resolver: Resolver, values: Values, others: Mapping[str, str]) -> None:
        """others: what further expressions are, by their qualified names."""
        self._resolver = resolver
        self._tree = resolver.tree
        self._values = values
        self._known = {**_KINDS, **others}

    def of(self, node: cst.BaseExpression, steps: int = _MAX_STEPS) -> str | None:
        """The kind of what an expression is, in words; None for text, and wherever it may be something else."""
        if not steps:
            return None
        if (display := _DISPLAYS.get(type(node).__name__)) is not None:
            return display
        value = self._values.value(node)
        if isinstance(value, bytes) or _is_in_bytes(node):
            return _BYTES
        if isinstance(value, (int, float)):
            return _NUMBER
        if isinstance(node, cst.Name):
            return self._of_name(node, steps)
        if isinstance(node, cst.Call):
            return self._of_call(node, steps)
        return self.declared(node)

    def _of_name(self, node: cst.Name, steps: int) -> str | None:
        """What all bindings of a name agree in, if nothing asks for its type."""
        bindings = self._resolver.bindings(node)
        found = {
            self.of(binding.value, steps - 1) if binding.kind == "assign" and binding.value is not None else self.declared(node)
            for binding in bindings
        }
        if not bindings or len(found) != 1 or self._is_asked_for_type(node):
            return None if bindings else self.declared(node)
        return found.pop() or (_DICT if self._is_loaded(node) else None)

    def _of_call(self, call: cst.Call, steps: int) -> str | None:
        if (functions := self._resolver.calls.functions(call)) and not isinstance(self._tree.parents.get(call), cst.Await):
            is_plain = all(not function.decorators for function in functions)
            yields = [bool(self._tree.nodes_in(function, cst.Yield)) for function in functions]
            if is_plain and all(yields):
                return GENERATOR
            if is_plain and not any(yields) and all(function.asynchronous is not None for function in functions):
                return COROUTINE
            if any(
                function.asynchronous is not None or function.decorators or is_initializer(function) for function in functions
            ):
                return None
            returned = (value for function in functions for value in self._resolver.returned_values(function))
            found = {self.of(value, steps - 1) for value in returned}
            return found.pop() if len(found) == 1 else None
        return self._by_method(call) or self.declared(call)

    def _by_method(self, call: cst.Call) -> str | None:
        method = call.func if isinstance(call.func, cst.Attribute) else None
        if method is None or not all(_may_be_text(name) for name in self._resolver.names(method.value)):
            return None
        arguments = [self._values.value(arg.value) for arg in call.args]
        if method.attr.value == "encode":
            encodings = (argument for argument in arguments[:1])
            return _BYTES if all(isinstance(each, str) and each.lower() in _ENCODINGS for each in encodings) else None
        if method.attr.value in ("strip", "rstrip", "lstrip"):
            return _BYTES if self.of(method.value) == _BYTES else None
        if method.attr.value in ("read", "readline"):
            return _BYTES if self._is_binary(method.value) else None
        return _METHODS.get(method.attr.value)

    def _is_binary(self, file: cst.BaseExpression) -> bool:
        """Whether a file is opened so that it gives bytes."""
        opened = [value for value in self._resolver.values_of(file) if isinstance(value, cst.Call)]
        if len(opened) != 1 or not {"builtins.open()", "io.open()", "pathlib.Path().open()"} & self._resolver.names(opened[0]):
            return False
        modes = (self._values.value(arg.value) for arg in opened[0].args if arg.keyword is None or arg.keyword.value == "mode")
        return any(isinstance(mode, str) and "b" in mode and len(mode) <= 3 and set(mode) <= set("rwab+x") for mode in modes)

    def declared(self, node: cst.BaseExpression) -> str | None:
        """The kind of what an expression stands for by its names and annotations, whatever value it has at first."""
        if isinstance(node, cst.Attribute) and self._is_member(node):
            return MEMBER
        names = self._resolver.names(node)
        found = {self._known.get(name) for name in names}
        if names <= _OUTPUTS.keys() and self._is_bytes_of_process(node, names):
            return _BYTES
        return found.pop() if len(found) == 1 else None

    def _is_member(self, node: cst.Attribute) -> bool:
        """Whether it is one of an `Enum` that is nothing else, text for instance, and writes its members in no way of its own."""
        owners = [*self._resolver.definitions.classes(self._resolver.names(node.value))]
        bases = [self._resolver.names(base.value) for owner in owners for base in owner.bases]
        bound = [self._tree.scopes[owner.body].bindings for owner in owners]
        is_one = all(node.attr.value in each and not each.keys() & {"__str__", "__format__"} for each in bound)
        return len(owners) == 1 and is_one and bases == [frozenset({"enum.Enum"})]

    def _is_bytes_of_process(self, node: cst.BaseExpression, names: frozenset[str]) -> bool:
        of = node.value if isinstance(node, cst.Attribute) else node
        calls = [value for value in self._resolver.values_of(of) if isinstance(value, cst.Call)]
        calls = [call for call in calls if self._resolver.names(call.func) & {_OUTPUTS[name] for name in names}]
        options = {arg.keyword.value if arg.keyword is not None else arg.star for call in calls for arg in call.args}
        return bool(calls) and not options & {"**", *_AS_TEXT}

    def _is_loaded(self, node: cst.Name) -> bool:
        """Whether a name is what a file of settings holds, and something is looked up in it elsewhere."""
        if not self._resolver.names(node) <= _LOADED:
            return False
        users = (self._tree.parents.get(use) for use in self._tree.uses_of(node))
        return any(
            isinstance(user, cst.Subscript) or (isinstance(user, cst.Attribute) and user.attr.value in ("get", "items", "keys"))
            for user in users
        )

    def _is_asked_for_type(self, node: cst.Name) -> bool:
        """Whether the program finds out by itself of what type a name is."""
        users = (self._tree.parents.get(use) for use in self._tree.uses_of(node))
        calls = (self._tree.parents.get(user) for user in users if isinstance(user, cst.Arg))
        asking = {"builtins.isinstance", "builtins.hasattr", "builtins.type", "builtins.callable"}
        return any(isinstance(call, cst.Call) and self._resolver.names(call.func) & asking for call in calls)


def _may_be_text(name: str) -> bool:
    """Whether something may be text, and is no module whose functions are called like methods of text."""
    return name == "?" or name.startswith(("builtins.", "@")) or name.endswith("()")
