"""What a program is told on its command line."""

from __future__ import annotations

from oaklint.python import cst
from oaklint.python.definitions import last_name
from oaklint.python.names import Resolver
from oaklint.python.tree import argument_of, dotted_name, last_part, walk
from oaklint.python.values import UNKNOWN, Values

_PARSERS = ("parse_args", "parse_known_args")
_PARSED = tuple(f"{name}()" for name in _PARSERS)
_OPTIONS = {"click.option", "click.argument", "typer.Option", "typer.Argument"}
_MAX_DEPTH = 3


class CommandLine:
    """Finds the expressions that stand for arguments of the program, and nothing else."""

    def __init__(self, resolver: Resolver, values: Values) -> None:
        self._resolver = resolver
        self._values = values

    def argument(self, node: cst.BaseExpression, depth: int = 0) -> str | None:
        """The argument that an expression is: `args.key` of argparse, `sys.argv[1]`, a parameter of a command of click or typer,
        or of a function that is handed such by all its calls. One that has its default from elsewhere may be that.
        """
        if isinstance(node, cst.Subscript):
            return "sys.argv" if "sys.argv" in self._resolver.names(node.value) else None
        if isinstance(node, cst.Attribute):
            return node.attr.value if self._is_parsed(node.value) and self._is_declared(node.attr.value) else None
        bindings = self._resolver.bindings(node) if isinstance(node, cst.Name) and depth < _MAX_DEPTH else []
        found: set[str | None] = set()
        for binding in bindings:
            if isinstance(binding.node, cst.Param):
                found.add(self._parameter(binding.node, depth))
            else:
                is_assigned = binding.kind == "assign" and binding.value is not None
                found.add(self.argument(binding.value, depth + 1) if is_assigned and binding.value is not None else None)
        return found.pop() if len(found) == 1 else None

    def default(self, node: cst.BaseExpression) -> cst.BaseExpression | None:
        """What an argument of the program is where the user gives none, if its declaration says so: `args.key`, or a parameter of
        a command of click.
        """
        declarations: list[cst.BaseExpression] = []
        name = node.attr.value if isinstance(node, cst.Attribute) else ""
        if isinstance(node, cst.Attribute) and any(each.endswith(_PARSED) for each in self._resolver.names(node.value)):
            declarations += self._resolver.calls.by_name.get("add_argument", ())
        for binding in self._resolver.bindings(node) if isinstance(node, cst.Name) else ():
            function = self._resolver.tree.scopes[binding.node].node
            if isinstance(binding.node, cst.Param) and isinstance(function, cst.FunctionDef):
                name = binding.name
                declarations += (each.decorator for each in function.decorators)
        for call in declarations:
            if isinstance(call, cst.Call) and self._declares(call) and self._names(call, name):
                return argument_of(call, "default") if not self._is_converted(call) else None
        return None

    def _is_converted(self, declaration: cst.Call) -> bool:
        """Whether a function of the program makes something else of a value, or refuses it: `type=non_empty`."""
        given = (argument_of(declaration, "type"), argument_of(declaration, "callback"))
        functions = self._resolver.definitions.functions
        return any(each is not None and any(functions(self._resolver.names(each))) for each in given)

    def is_checked(self, param: cst.Param) -> bool:
        """Whether what a parameter of a command is told goes through a function first: `typer.Option(callback=need_key)`."""
        function = self._resolver.tree.scopes[param].node
        decorators = [each.decorator for each in function.decorators] if isinstance(function, cst.FunctionDef) else []
        declared = [each for each in decorators if isinstance(each, cst.Call) and self._names(each, param.name.value)]
        annotation = param.annotation.annotation if param.annotation is not None else None
        if isinstance(annotation, (cst.Name, cst.Attribute)):
            annotation = self._resolver.alias(annotation)
        inside = (*(walk(annotation) if annotation is not None else ()), param.default, *declared)
        calls = (each for each in inside if isinstance(each, cst.Call) and self._declares(each))
        return any(argument_of(call, "callback") is not None for call in calls)

    def _declares(self, call: cst.Call) -> bool:
        return last_part(call.func) == "add_argument" or bool(self._resolver.names(call.func) & _OPTIONS)

    def _is_parsed(self, node: cst.BaseExpression) -> bool:
        values = [binding.value for binding in self._resolver.bindings(node)] if isinstance(node, cst.Name) else [node]
        calls = [value.func for value in values if isinstance(value, cst.Call)]
        return len(calls) == len(values) > 0 and all(last_part(func).endswith(_PARSERS) for func in calls)

    def _is_declared(self, name: str) -> bool:
        """Whether a call of `add_argument` declares the argument, with a default, if any, that stands there."""
        declaration = self._declaration(name)
        return declaration is not None and self._has_plain_default(declaration)

    def _declaration(self, name: str) -> cst.Call | None:
        for call in self._resolver.tree.nodes.get(cst.Call, ()):
            if (
                isinstance(call, cst.Call)
                and (dotted_name(call.func) or "").endswith(".add_argument")
                and self._names(call, name)
            ):
                return call
        return None

    def option(self, node: cst.Attribute) -> cst.Call | None:
        """The declaration of an option that may be left out, if `args.key` of argparse is one."""
        declaration = self._declaration(node.attr.value) if self._is_parsed(node.value) else None
        if (
            declaration is None
            or not declaration.args
            or not (self._values.text(declaration.args[0].value) or "").startswith("-")
        ):
            return None
        keywords = {arg.keyword.value for arg in declaration.args if arg.keyword is not None}
        return declaration if not keywords & {"required", "action", "nargs"} else None

    def _names(self, declaration: cst.Call, name: str) -> bool:
        written = [arg.value for arg in declaration.args if arg.keyword is None or arg.keyword.value == "dest"]
        texts = (self._values.text(value) for value in written)
        return any(text is not None and text.lstrip("-").replace("-", "_") == name for text in texts)

    def _has_plain_default(self, declaration: cst.Call) -> bool:
        keywords = {arg.keyword.value: arg.value for arg in declaration.args if arg.keyword is not None}
        default = keywords.get("default")
        return "envvar" not in keywords and (default is None or self._values.value(default) is not UNKNOWN)

    def _parameter(self, param: cst.Param, depth: int) -> str | None:
        function = self._resolver.tree.scopes[param].node
        if not isinstance(function, cst.FunctionDef):
            return None
        if any(last_name(each.decorator) == "command" for each in function.decorators):
            return param.name.value if self._is_option(param, function) else None
        handed = self._resolver.calls.handed_to(param)
        found = {self.argument(value, depth + 1) for value in handed}
        return found.pop() if len(found) == 1 else None

    def _is_option(self, param: cst.Param, command: cst.FunctionDef) -> bool:
        """Whether a parameter of a command has its value from the command line alone, or a default that stands there."""
        if isinstance(param.default, cst.Call):
            is_known = bool(self._resolver.names(param.default.func) & _OPTIONS)
            first = param.default.args[0] if param.default.args else None
            is_plain = first is None or first.keyword is not None or self._values.value(first.value) is not UNKNOWN
            return is_known and is_plain and self._has_plain_default(param.default)
        for decorator in command.decorators:
            declared = decorator.decorator
            if isinstance(declared, cst.Call) and self._resolver.names(declared.func) & _OPTIONS:
                if self._names(declared, param.name.value):
                    return self._has_plain_default(declared)
        return param.default is None or self._values.value(param.default) is not UNKNOWN
