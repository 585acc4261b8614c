"""Where a program reads text: from files, processes, its standard input and prompts, and what it gets with the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.commands import may_end_line, words_of
from oaklint.python.places import place, places
from oaklint.python.sources import Part, Source, Sources
from oaklint.python.tree import argument_of, last_part
from oaklint.python.values import HOLE

if TYPE_CHECKING:
    from oaklint.python.names import Resolver
    from oaklint.python.values import Values

# They open a file, as text unless their mode says otherwise.
_OPENERS = {"builtins.open", "io.open", "os.fdopen", "aiofiles.open", "anyio.open_file", "importlib.resources.open_text"}
# They ask somebody, and take the line end away.
_PROMPTS = {"builtins.input", "getpass.getpass", "click.prompt", "typer.prompt"}
_CONVERTING = ("type", "value_proc")
# They run a process and wait for it; `subprocess.getoutput` takes the line end away.
_RUNNERS = {"subprocess.check_output", "subprocess.run", "subprocess.Popen"}
_ASYNC_RUNNERS = {"asyncio.create_subprocess_exec", "asyncio.create_subprocess_shell"}
_PIPES = {"subprocess.PIPE", "asyncio.subprocess.PIPE"}
# They make the same text of what they are handed; methods that leave its end as it is.
_WRAPPERS = {"str", "SecretStr", "cast"}
_KEEPING_END = {"decode", "get_secret_value", "removeprefix", "lstrip"}
_LAST_PARTS = {"split": (1, -1), "rsplit": (1, -1), "partition": (2, -1), "rpartition": (2, -1)}
_PATHS = ("pathlib.", "importlib.resources.", "importlib_resources.", "anyio.Path", "upath.")


# A `file`, a `process` and the standard `input` give all that they hold, the line end included; a `prompt` a line without it.
Origin: TypeAlias = Literal["file", "process", "input", "prompt"]


class Reading(NamedTuple):
    """Something that is read, with the line end or the blanks that stand behind it. is_text: it is no bytes."""

    origin: Origin
    is_text: bool


class Readings:
    """Tells which expressions read something, as far as it is read to its end, or to the end of a line, and where that goes."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self._resolver = resolver
        self._values = values
        self._sources = Sources(resolver, values, self._unwrap)

    def behind(self, node: cst.BaseExpression) -> list[tuple[Source, Reading | None]]:
        """All that a text may come from as it was read, its end included, and what reads it there, if anything does."""
        return [(source, self._of(source)) for source in self._sources.of(node)]

    def _of(self, source: Source) -> Reading | None:
        """What is read by an expression that a value comes from, or by the part of it that the value is."""
        node, part = source.value, source.part
        if part is not None:
            found = self._of_part(node, part)
        elif isinstance(node, cst.Attribute) and node.attr.value == "stdout":
            found = self._of_runner(node.value)
        else:
            found = self._of_call(node) if isinstance(node, cst.Call) else None
        is_decoded = any(isinstance(step.node, cst.Call) and last_part(step.node.func) == "decode" for step in source.way)
        return found._replace(is_text=True) if found is not None and is_decoded else found

    # What keeps the end of a text.

    def _unwrap(self, node: cst.BaseExpression, part: Part) -> Iterator[cst.BaseExpression]:
        if isinstance(node, cst.FormattedString) and part is None:
            yield from (each.expression for each in node.parts if isinstance(each, cst.FormattedStringExpression))
        elif isinstance(node, cst.BinaryOperation) and isinstance(node.operator, (cst.Add, cst.Modulo)) and part is None:
            yield from (node.left, node.right)
        elif isinstance(node, cst.Subscript) and part is None:
            piece = node.slice[0].slice
            if isinstance(piece, cst.Slice) and piece.upper is None and piece.step is None:
                yield node.value
        elif isinstance(node, cst.Call):
            yield from self._unwrap_call(node, part)

    def _unwrap_call(self, call: cst.Call, part: Part) -> Iterator[cst.BaseExpression]:
        func, arguments = call.func, [arg.value for arg in call.args if not arg.star]
        if part is None and last_part(func) in _WRAPPERS and arguments:
            yield arguments[-1] if last_part(func) == "cast" else arguments[0]
        elif isinstance(func, cst.Attribute) and self._keeps_end(func.attr.value, arguments, part):
            yield func.value

    def _keeps_end(self, method: str, arguments: Sequence[cst.BaseExpression], part: Part) -> bool:
        """Whether what a method makes of text, or a part of that, ends as the text does."""
        first = self._values.text(arguments[0]) if arguments else None
        if part is not None:
            # Where a line has a name and a key, the key is the last of the two.
            return first is not None and not first.isspace() and part in _LAST_PARTS.get(method, ())
        if method in ("strip", "rstrip", "replace"):
            return first is not None and "\n" not in first and not first.isspace()
        return method in _KEEPING_END

    def _of_call(self, call: cst.Call) -> Reading | None:
        names, func = self._resolver.names(call.func), call.func
        if names & _PROMPTS:
            is_converted = any(argument_of(call, name) is not None for name in _CONVERTING)
            return Reading("prompt", is_text=True) if not is_converted else None
        if "subprocess.check_output" in names:
            return self._of_process(call)
        if "builtins.next" in names and len(call.args) == 1:
            return self._of_stream(call.args[0].value)
        if not isinstance(func, cst.Attribute):
            return None
        if func.attr.value in ("read_text", "read_bytes"):  # only paths have these
            return Reading("file", func.attr.value == "read_text") if not self._is_written(func.value) else None
        return self._of_stream(func.value) if func.attr.value in ("read", "readline") and not call.args else None

    def _of_part(self, node: cst.BaseExpression, part: Part) -> Reading | None:
        """A line of a file, or the output of a process."""
        if isinstance(node, cst.Call) and isinstance(node.func, cst.Attribute):
            if node.func.attr.value == "communicate" and part == 0:
                return self._of_runner(node.func.value)
            if node.func.attr.value == "readlines" and not node.args:
                return self._of_stream(node.func.value)
        return self._of_stream(node) if part == "each" else None

    def _of_stream(self, stream: cst.BaseExpression) -> Reading | None:
        """What comes of reading a file that is open, or another stream."""
        if "sys.stdin" in self._resolver.names(stream):
            return Reading("input", is_text=True)
        if isinstance(stream, cst.Attribute) and stream.attr.value == "stdout":
            return self._of_runner(stream.value)
        found = [self._of_opening(value) for value in self._resolver.values_of(stream)]
        return found[0] if len(set(found)) == 1 else None

    def _of_opening(self, call: cst.BaseExpression) -> Reading | None:
        """What is read from what a call opens."""
        if not isinstance(call, cst.Call):
            return None
        if "os.popen" in self._resolver.names(call.func):
            return self._unless_silent(call, Reading("process", is_text=True))
        path, mode = self._opened(call)
        return Reading("file", "b" not in mode) if path is not None and mode is not None and not self._is_written(path) else None

    def _opened(self, call: cst.Call) -> tuple[cst.BaseExpression | None, str | None]:
        """The path of a file that a call opens, and the mode; None where they are not known."""
        func, in_order = call.func, [arg.value for arg in call.args if arg.keyword is None]
        if isinstance(func, cst.Attribute) and func.attr.value == "open" and self._is_path(func.value):
            in_order.insert(0, func.value)
        elif not self._resolver.names(func) & _OPENERS:
            return None, None
        mode = argument_of(call, "mode") or next(iter(in_order[1:2]), None)
        return in_order[0] if in_order else None, self._values.text(mode) if mode is not None else "r"

    # Processes.

    def _of_runner(self, process: cst.BaseExpression) -> Reading | None:
        """What a process has written, by what stands for it."""
        values = [value.expression if isinstance(value, cst.Await) else value for value in self._resolver.values_of(process)]
        call = values[0] if len(values) == 1 else None
        if not isinstance(call, cst.Call):
            return None
        names = self._resolver.names(call.func)
        if not self._is_captured(call):
            return None
        if names & _ASYNC_RUNNERS:
            return self._unless_silent(call, Reading("process", is_text=False))
        return self._of_process(call) if names & _RUNNERS else None

    def _is_captured(self, call: cst.Call) -> bool:
        """Whether what a process prints is kept; else there is None in its place."""
        captured, stdout = argument_of(call, "capture_output"), argument_of(call, "stdout")
        is_piped = stdout is not None and self._resolver.names(stdout) <= _PIPES
        return is_piped or (captured is not None and self._values.value(captured) is True)

    def _of_process(self, call: cst.Call) -> Reading | None:
        given = {arg.keyword.value: self._values.value(arg.value) for arg in call.args if arg.keyword is not None}
        if any(arg.star for arg in call.args):
            return None
        is_text = any(given.get(name) is True for name in ("text", "universal_newlines"))
        is_text |= any(given.get(name) is not None for name in ("encoding", "errors"))
        return self._unless_silent(call, Reading("process", is_text))

    def _unless_silent(self, call: cst.Call, reading: Reading) -> Reading | None:
        """What is read, unless the command is known to print no line end."""
        parts = [arg.value for arg in call.args if arg.keyword is None or arg.keyword.value in ("args", "cmd")]
        if "asyncio.create_subprocess_exec" not in self._resolver.names(call.func):
            parts = parts[:1]
        given = [word for part in parts for word in self._words(part)]
        words = words_of(given[0]) if len(given) == 1 else given
        return reading if may_end_line(words) else None

    def _words(self, command: cst.BaseExpression) -> list[str]:
        """The words of a command in their order, with a HOLE for what is not known."""
        values = self._resolver.values_of(command)
        if len(values) == 1 and isinstance(values[0], (cst.List, cst.Tuple)):
            folded = [self._values.fold(element.value) for element in values[0].elements]
        else:
            folded = [self._values.fold(command)]
        return [word if isinstance(word, str) else HOLE for word in folded]

    # Files.

    def _is_path(self, node: cst.BaseExpression) -> bool:
        """`Path(...)`, `folder / "name"`, and what their attributes and methods give."""
        if any(name.startswith(_PATHS) for name in self._resolver.names(node)):
            return True
        inner: cst.BaseExpression | None = node
        for _ in range(5):
            if isinstance(inner, cst.BinaryOperation) and isinstance(inner.operator, cst.Divide):
                return True
            if isinstance(inner, cst.Call):
                inner = inner.func
            elif isinstance(inner, cst.Attribute):
                inner = inner.value
            elif isinstance(inner, cst.Name) and len(values := self._resolver.values_of(inner)) == 1:
                (inner,) = values
        return False

    def _is_written(self, path: cst.BaseExpression) -> bool:
        """Whether the program writes the file itself: then it knows what is in it."""
        return not self._spellings(path).isdisjoint(self._written)

    @cached_property
    def _written(self) -> set[str]:
        """The paths that the program writes to, by their text and by the names they have."""
        calls = (call for call in self._resolver.tree.nodes.get(cst.Call, ()) if isinstance(call, cst.Call))
        return {spelling for call in calls for path in self._written_by(call) for spelling in self._spellings(path)}

    def _written_by(self, call: cst.Call) -> Iterator[cst.BaseExpression]:
        if isinstance(call.func, cst.Attribute) and call.func.attr.value in ("write_text", "write_bytes"):
            yield call.func.value
        elif last_part(call.func) == "open":
            path, mode = self._opened(call)
            if path is not None and mode is not None and set("wax+") & set(mode):
                yield path
            elif "os.open" in self._resolver.names(call.func) and len(call.args) > 1:
                flags = places(call.args[1].value)
                yield from [call.args[0].value] if any(flag.endswith(("O_WRONLY", "O_RDWR")) for flag in flags) else ()

    def _spellings(self, path: cst.BaseExpression) -> set[str]:
        """How a path may be recognised: by its text, or its name; one that is handed in by what the program hands in."""
        if isinstance(path, cst.Call) and last_part(path.func) == "Path" and len(path.args) == 1:
            path = path.args[0].value
        paths = self._handed_in(path) or [path]
        return {spelling for each in paths for spelling in (self._values.text(each), place(each)) if spelling is not None}

    def _handed_in(self, path: cst.BaseExpression) -> list[cst.BaseExpression]:
        bindings = self._resolver.bindings(path) if isinstance(path, cst.Name) else ()
        params = [binding.node for binding in bindings if isinstance(binding.node, cst.Param)]
        defaults = (param.default for param in params if param.default is not None)
        return [*defaults, *(value for param in params for value in self._resolver.calls.handed_to(param))]
