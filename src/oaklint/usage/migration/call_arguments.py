"""How the arguments of a call of a 0.x method are written for the method that has taken its place."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.edits import LOOSE
from oaklint.python.tree import alternatives, argument_of, dotted_name, has_star, index_of
from oaklint.sdk.legacy import CALL_ARGUMENTS, CLIENT_SETTINGS, LegacyCall
from oaklint.sdk.legacy_calls import Rewriting, accepted, rewriting
from oaklint.usage.migration.client_options import OF_AZURE, is_of_client
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.homes import Homes
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.new_clients import NewClients
from oaklint.usage.migration.requests import Requests

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

_RENAMED = ("engine", "deployment_id", "request_timeout")
# Arguments that are files.
_FILES = {"file", "image", "mask"}


class CallArguments:
    """Rewrites them, be they written down in the call, in a dictionary, or by those who call the function around it."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, requests: Requests, homes: Homes, clients: NewClients) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self._names = names
        self._requests = requests
        self._homes = homes
        self._clients = clients
        self._options = homes.options
        # The dictionaries and calls in which arguments have been grouped.
        self._written: set[cst.Dict | cst.Call] = set()

    @cached_property
    def _asks_azure(self) -> bool:
        return bool(self._homes.all) and all(map(self._clients.constructions.is_azure, self._homes.all))

    def rewrite_recorded(self, call: cst.Call, legacy: LegacyCall) -> None:
        """Rewrites the arguments of a call that takes those of a method: `create.assert_called_with(engine="...")`."""
        self.rewrite(call, legacy, call.args)
        self.rewrite_spread(call, legacy)

    def rewrite(self, call: cst.Call, legacy: LegacyCall, args: Sequence[cst.Arg]) -> None:
        rules = rewriting(legacy)
        if rules is None:
            return
        names = [self._name_of(arg, place, rules) for place, arg in enumerate(args)]
        given = {name for name in names if name}
        grouped = [arg for arg in args if arg.keyword is not None and arg.keyword.value in rules.grouped]
        unknown = [arg for arg in args if arg.keyword is not None and self._is_unknown(arg.keyword.value, legacy)]
        others = [*grouped, *unknown]
        self._group(call, grouped, legacy)
        self._group(call, unknown, legacy)
        for place, (arg, name) in enumerate(zip(args, names, strict=True)):
            if arg.star or arg in others:
                continue
            if not name:
                self._draft.stop(arg, "which argument it is cannot be told")
            elif arg.keyword is None:
                self._rewrite_positional(call, legacy, arg, name, place, rules)
            else:
                self._rewrite_keyword(call, legacy, arg, given)
        for arg, name in zip(args, names, strict=True):
            if name in _FILES:
                self._open_binary(arg.value)
                self._pair_temporary(arg.value)
                self._leave_out_none(call, arg)
        if rules.filename is not None and rules.filename in given:
            self._pair_filename(call, args, names, rules.filename)
        spread = [self._options.keys(arg.value) for arg in args if arg.star]
        given |= {key for keys in spread for key in keys}
        if (missing := rules.required - given) and all(spread):
            self._draft.stop(call, f"`{legacy.successor}` needs `{min(missing)}`")

    def _is_unknown(self, name: str, legacy: LegacyCall) -> bool:
        """Whether an argument is none that the SDK knows: a server of one's own may."""
        rules = rewriting(legacy)
        assert rules is not None
        spoken_of = {*rules.renamed, *rules.dropped, *rules.grouped, *rules.refused, rules.filename, *CALL_ARGUMENTS}
        return not is_of_client(name) and name not in spoken_of and name not in accepted(legacy.successor or "")

    def _group(self, call: cst.Call, args: Sequence[cst.Arg], legacy: LegacyCall) -> None:
        """Puts arguments in a dict: those that stand in one since 1.0, or those that no method has: `extra_body={"top_k": 40}`.
        0.x sent whatever it was given.
        """
        if not args:
            return
        first, *others = args
        name, extra = self._extra({arg.keyword.value: arg.value for arg in args if arg.keyword is not None}, first, legacy)
        self._draft.replace(first, f"{name}={extra}")
        for arg in others:
            self._draft.take_argument(call, arg)

    def _extra(self, named: dict[str, cst.BaseExpression], at: cst.CSTNode, legacy: LegacyCall) -> tuple[str, str]:
        """By which argument something is sent that is none by itself, and how that is written."""
        rules, quote = rewriting(legacy), self._draft.quote_at(at)
        assert rules is not None
        texts = (f"{quote}{name}{quote}: {self._draft.carried(value)}" for name, value in named.items())
        group = next((rules.grouped[name] for name in named if name in rules.grouped), None)
        return group or ("extra_query" if rules.in_query else "extra_body"), f"{{{', '.join(texts)}}}"

    def _group_entries(self, display: cst.Dict, entries: Sequence[cst.DictElement], legacy: LegacyCall) -> None:
        """The same in a dictionary of arguments, which nobody else may read."""
        if not entries:
            return
        if not self._options.is_of_arguments(display, [request.call for request in self._requests.all]):
            self._draft.stop(entries[0], "it is none of the arguments that are known, and others use the dictionary")
            return
        first, *others = entries
        texts = {text: each.value for each in entries if (text := self._usage.values.text(each.key)) is not None}
        name, extra = self._extra(texts, first, legacy)
        quote = self._draft.quote_at(first)
        self._draft.replace(first, f"{quote}{name}{quote}: {extra}")
        for entry in others:
            self._draft.take_entry(display, entry)

    @staticmethod
    def _name_of(arg: cst.Arg, place: int, rules: Rewriting) -> str:
        if arg.keyword is not None:
            return arg.keyword.value
        return rules.positional[place] if not arg.star and place < len(rules.positional) else ""

    def _rewrite_positional(
        self, call: cst.Call, legacy: LegacyCall, arg: cst.Arg, name: str, place: int, rules: Rewriting
    ) -> None:
        if place < rules.stay:
            return
        if is_of_client(name) or name in ("request_id", "request_timeout"):
            self._draft.stop(arg, f"`{name}` is given by its place")
        elif name != rules.filename:
            self._draft.wrap(arg.value, f"{rules.renamed.get(name, name)}=", "")

    def _rewrite_keyword(
        self, call: cst.Call, legacy: LegacyCall, arg: cst.Arg, given: set[str], *, is_certain: bool = True
    ) -> None:
        """is_certain: whether the argument comes to this method, and not to another one that a function may call as well."""
        assert arg.keyword is not None
        rules = rewriting(legacy)
        assert rules is not None
        name = arg.keyword.value
        if is_of_client(name):
            self._draft.take_argument(call, arg)
        elif name == "request_timeout":
            self._rewrite_timeout(call, arg)
        elif name == "request_id":
            if "headers" in given:
                self._draft.stop(arg, "it has headers and a request_id")
            quote = self._draft.quote_at(arg)
            self._draft.replace(arg, f"extra_headers={{{quote}X-Request-Id{quote}: {self._draft.text(arg.value)}}}")
        elif name in ("engine", "deployment_id") and "model" in given and not self._asks_azure:
            self._prefer(
                call, arg, next(each for each in call.args if each.keyword is not None and each.keyword.value == "model")
            )
        elif name == "model" and given & {"engine", "deployment_id"}:
            self._draft.take_argument(call, arg)  # Azure has the deployment answer, whatever model is named
        elif (name == "engine" and "deployment_id" in given) or name in rules.dropped:
            self._draft.take_argument(call, arg)
        elif name in rules.refused:
            self._draft.stop(arg, f"`{name}`: {rules.refused[name]}")
        elif name in rules.renamed:
            self._draft.replace(arg.keyword, rules.renamed[name])
        elif name in CALL_ARGUMENTS:
            self._draft.replace(arg.keyword, CALL_ARGUMENTS[name].name or "")
        elif is_certain and self._is_unknown(name, legacy):
            self._group(call, [arg], legacy)

    def _prefer(self, call: cst.Call, deployment: cst.Arg, model: cst.Arg) -> None:
        """Names a deployment where there is one, and else a model: 0.x took `engine=None` for none."""
        before, after = ("(", ")") if type(deployment.value).__name__ in LOOSE and not deployment.value.lpar else ("", "")
        named = f"{before}{self._draft.carried(deployment.value)}{after}"
        other = "" if self._usage.values.text(deployment.value) else f" or {self._draft.carried(model.value)}"
        self._draft.replace(deployment, f"model={named}{other}")

    def _open_binary(self, value: cst.BaseExpression) -> None:
        """Opens a file that is sent in binary mode: one that is opened as text raises TypeError."""
        for call in (value, *self._usage.resolver.values_of(value)):
            if not isinstance(call, cst.Call) or "builtins.open" not in self._usage.resolver.names(call.func):
                continue
            mode = argument_of(call, 1, "mode")
            text = self._usage.values.text(mode) if mode is not None else "r"
            if text is not None and "b" in text:
                continue
            if text not in ("r", "rt") or self._is_used_besides(value):
                self._draft.stop(call, "a file that is sent has to be opened in binary mode")
                return
            quote = self._draft.quote_at(call)
            for arg in call.args:
                if arg.keyword is not None and arg.keyword.value == "encoding":
                    self._draft.take_argument(call, arg)
            if mode is not None:
                self._draft.replace(mode, f"{quote}rb{quote}")
            else:
                with self._draft.or_stop(call):
                    self._draft.add(self._draft.editor.insert_after(call.args[0], f", {quote}rb{quote}"))

    def _pair_temporary(self, value: cst.BaseExpression) -> None:
        """Sends a temporary file beside its name: by itself it is none of the files that the SDK takes since 1.0."""
        for call in (value, *self._usage.resolver.values_of(value)):
            if isinstance(call, cst.Call) and "tempfile.NamedTemporaryFile" in self._usage.resolver.names(call.func):
                if not isinstance(value, cst.Name):
                    self._draft.stop(value, "a temporary file has to be sent beside its name")
                    return
                basename = self._names.of_module("os.path.basename", value)
                self._draft.wrap(value, f"({basename}({value.value}.name), ", ")")
                return

    def _leave_out_none(self, call: cst.Call, arg: cst.Arg) -> None:
        """Leaves a file out that is None, which 0.x did not send, and which raises RuntimeError since 1.0."""
        value = arg.value
        if _is_none(value):
            self._draft.take_argument(call, arg)
        elif isinstance(value, cst.IfExp):
            for side in filter(_is_none, (value.body, value.orelse)):
                self._draft.replace(side, self._names.of_sdk("NOT_GIVEN", call))
        elif isinstance(value, cst.Name):
            sides = [side for each in self._usage.resolver.values_of(value) for side in (each, *alternatives(each))]
            params = (each.node for each in self._usage.resolver.bindings(value) if each.kind == "parameter")
            defaults = [param.default for param in params if isinstance(param, cst.Param) and param.default is not None]
            if any(map(_is_none, (*sides, *defaults))):
                self._draft.wrap(value, "", f" or {self._names.of_sdk('NOT_GIVEN', call)}")

    def _is_used_besides(self, value: cst.BaseExpression) -> bool:
        """Whether what a name stands for at a place is used elsewhere, too."""
        if not isinstance(value, cst.Name):
            return False
        bindings = self._usage.resolver.bindings(value)
        others = (use for use in self._tree.uses_of(value) if not self._tree.is_store(use))
        return any(binding in bindings for use in others for binding in self._usage.resolver.bindings(use))

    def _pair_filename(self, call: cst.Call, args: Sequence[cst.Arg], names: Sequence[str], filename: str) -> None:
        """`file=(filename, file)`"""
        by_name = dict(zip(names, args, strict=True))
        name, file = by_name[filename], by_name.get("file")
        if file is None:
            self._draft.stop(call, "which file it sends cannot be seen")
            return
        self._draft.wrap(file.value, f"({self._draft.text(name.value)}, ", ")")
        self._draft.take_argument(call, name)

    def _rewrite_timeout(self, call: cst.Call, arg: cst.Arg) -> None:
        assert arg.keyword is not None
        value = arg.value
        if isinstance(value, cst.Tuple):
            if len(value.elements) != 2 or has_star(value):
                self._draft.stop(arg, "its timeout is no pair of connect and read")
                return
            connect, read = (self._draft.text(element.value) for element in value.elements)
            timeout = self._names.of_sdk("Timeout", arg)
            self._draft.replace(arg, f"timeout={timeout}({read}, connect={connect})")
        else:
            self._draft.replace(arg.keyword, "timeout")

    def rewrite_spread(self, call: cst.Call, legacy: LegacyCall) -> None:
        """`**{"engine": ...}`, be it written down elsewhere."""
        for arg in call.args:
            if arg.star == "*":
                if not self._gets_only_keywords(arg):
                    self._draft.stop(arg, "which arguments it has cannot be seen")
            elif self._options.is_of_options(arg):
                self._draft.take_argument(call, arg)
            elif arg.star == "**" and self._stored is not None and not isinstance(arg.value, cst.Dict):
                self._draft.stop(self._stored, "it is put among the arguments of a request, perhaps, and is none any more")
            elif arg.star == "**" and not self._rewrite_handed_on(arg, legacy):
                self._rewrite_mapping(arg.value, legacy)

    def _gets_only_keywords(self, arg: cst.Arg) -> bool:
        """Whether `*args` is that of the function around it, and nobody gives it any."""
        unit = self._tree.unit(arg)
        star = unit.params.star_arg if isinstance(unit, cst.FunctionDef) else None
        if not isinstance(star, cst.Param) or not isinstance(arg.value, cst.Name) or star.name.value != arg.value.value:
            return False
        calls = self._usage.resolver.calls.of(unit) if isinstance(unit, cst.FunctionDef) else ()
        return all(each.keyword is not None or each.star == "**" for call in calls for each in call.args)

    def _rewrite_mapping(self, value: cst.BaseExpression, legacy: LegacyCall, *, is_certain: bool = True) -> None:
        """is_certain: as above."""
        origins = list(self._options.mappings(value))
        for each in origins:
            if isinstance(each, cst.Dict):
                self._rewrite_entries(each, legacy, is_certain=is_certain)
            elif isinstance(each, cst.Call):
                for arg in each.args:
                    if arg.keyword is not None and is_of_client(arg.keyword.value):
                        self._draft.stop(arg, f"`{arg.keyword.value}` is no argument of a request any more")
                    elif arg.keyword is not None:
                        self._rewrite_keyword(each, legacy, arg, set(), is_certain=is_certain)
        if not origins and (name := self._named_elsewhere):
            self._draft.stop(value, f"it may have `{name}` among its arguments")

    @cached_property
    def _stored(self) -> cst.CSTNode | None:
        """Where the program puts what is no argument any more into a dictionary, or reads it there: `kwargs["engine"] = ...`"""
        for item in self._usage.nodes(cst.Subscript):
            index = index_of(item)
            name = self._usage.values.text(index) if index is not None else None
            if name in _RENAMED or (name in CALL_ARGUMENTS and self._tree.is_store(item)):
                return item
        for call in self._usage.nodes(cst.Call):
            if isinstance(call.func, cst.Attribute) and call.func.attr.value in ("update", "setdefault", "pop"):
                texts = {self._usage.values.text(arg.value) for arg in call.args}
                keywords = {arg.keyword.value for arg in call.args if arg.keyword is not None}
                if (texts | keywords) & CALL_ARGUMENTS.keys():
                    return call
        return None

    @cached_property
    def _named_elsewhere(self) -> str | None:
        """A name that is no argument any more, and that the program writes down as the key of something."""
        kept = (each.key for each in self._usage.nodes(cst.DictElement) if each not in self._options.taken)
        given = (arg.keyword for arg in self._usage.nodes(cst.Arg) if _is_dict(self._tree.parents[arg]))
        fields = (node.target for node in self._usage.nodes(cst.AnnAssign) if self._tree.scopes[node.target].kind == "class")
        keys = {self._usage.values.text(key) for key in kept}
        keys |= {name.value for name in (*given, *fields) if isinstance(name, cst.Name)}
        texts = {self._usage.values.text(node) for node in self._usage.nodes(cst.SimpleString)}
        of_clients = (*CLIENT_SETTINGS, *sorted(OF_AZURE))
        found = [name for name in _RENAMED if name in texts | keys] or [name for name in of_clients if name in keys]
        return next(iter(found), None)

    def _is_given(self, name: str, spread: cst.Arg) -> bool:
        """Whether a request says itself what an argument that is handed on would be called."""
        call = self._tree.parents[spread]
        given = {arg.keyword.value for arg in call.args if arg.keyword is not None} if isinstance(call, cst.Call) else set()
        return name in ("engine", "deployment_id") and bool(given & {"model", "engine", "deployment_id"})

    def _rewrite_entries(self, display: cst.Dict, legacy: LegacyCall, *, is_certain: bool) -> None:
        entries = [each for each in display.elements if isinstance(each, cst.DictElement)]
        keys = [(each, self._usage.values.text(each.key)) for each in entries]
        rules = rewriting(legacy)
        grouped = [each for each, key in keys if rules is not None and key in rules.grouped]
        unknown = [each for each, key in keys if key is not None and self._is_unknown(key, legacy)]
        if is_certain and display not in self._written:
            self._group_entries(display, grouped, legacy)
            self._group_entries(display, unknown, legacy)
            self._written.add(display)
        for element, key in keys:
            if element in self._options.taken:
                self._draft.take_entry(display, element)
            elif key is not None and (is_of_client(key) or key == "request_id"):
                self._draft.stop(element.key, f"`{key}` is no argument of a request any more")
            elif key in CALL_ARGUMENTS and isinstance(element.key, cst.SimpleString):
                quote = element.key.quote
                self._draft.replace(element.key, f"{quote}{CALL_ARGUMENTS[key].name}{quote}")

    def _rewrite_handed_on(self, arg: cst.Arg, legacy: LegacyCall) -> bool:
        """`**kwargs` of the function around it: what its callers hand in. Whether it is that."""
        unit = self._tree.unit(arg)
        if not isinstance(arg.value, cst.Name) or not isinstance(unit, cst.FunctionDef):
            return False
        star = unit.params.star_kwarg
        if star is None or star.name.value != arg.value.value:
            return False
        own = {param.name.value for param in (*unit.params.params, *unit.params.kwonly_params)}
        is_certain = len([use for use in self._tree.uses_of(star.name) if not self._tree.is_store(use)]) == 1
        for call in self._usage.resolver.calls.of(unit):
            given = [each for each in call.args if each.keyword is not None and each.keyword.value not in own]
            unknown = [each for each in given if each.keyword is not None and self._is_unknown(each.keyword.value, legacy)]
            if is_certain and call not in self._written:
                self._group(call, unknown, legacy)
                self._written.add(call)
            for each in call.args:
                if each.star == "**":
                    self._rewrite_mapping(each.value, legacy, is_certain=False)
                elif each.keyword is not None and each in given and each not in unknown:
                    if is_of_client(each.keyword.value) or self._is_given(each.keyword.value, arg):
                        self._draft.stop(each, f"`{each.keyword.value}` is no argument of a request any more")
                    else:
                        self._rewrite_keyword(call, legacy, each, set(), is_certain=False)
        return True


def _is_none(node: cst.BaseExpression) -> bool:
    return isinstance(node, cst.Name) and node.value == "None"


def _is_dict(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and dotted_name(node.func) == "dict"
