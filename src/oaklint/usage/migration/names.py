"""How names of the SDK are written in a program that is carried over, and the imports that this takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from oaklint.python import cst
from oaklint.python.edits import Unfixable
from oaklint.python.imported_names import is_free
from oaklint.python.scopes import Binding, Scope
from oaklint.python.tree import dotted_name, walk
from oaklint.sdk.exports import LEGACY_EXPORTS, STAR_EXPORTS
from oaklint.source import Change, Span
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.elsewhere import Elsewhere

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

Import: TypeAlias = "cst.Import | cst.ImportFrom"
_PACKAGE = "openai"


class _Item(NamedTuple):
    """What an import of the SDK binds. qualified: what it stands for. statement: the import that it is part of."""

    alias: cst.ImportAlias
    statement: Import
    binding: Binding
    scope: Scope

    @property
    def is_module(self) -> bool:
        return self.binding.qualified == _PACKAGE

    @property
    def text(self) -> str:
        return _text(self.alias)


class Names:
    """Knows which names of `openai` a program will need, and changes its imports so that it has them, and no others."""

    def __init__(self, usage: Usage, draft: Draft) -> None:
        self._usage = usage
        self._tree = usage.tree
        self._draft = draft
        self.items = list(self._imported())
        # The modules that are written out again, and by scope the names that have to be imported.
        self._kept: set[Binding] = set()
        self._needed: dict[Scope, dict[str, None]] = {}
        # By star imports of modules that are gone, what has to be imported in their place.
        self._of_stars: dict[cst.ImportFrom, dict[str, None]] = {
            node: {}
            for node in usage.nodes(cst.ImportFrom)
            if isinstance(node.names, cst.ImportStar) and _module(node) != _PACKAGE and _is_changed(_module(node))
        }
        # By their bare names, what has to be imported of other modules.
        self._more: dict[str, str] = {}
        self._is_module_needed = False

    def _imported(self) -> Iterator[_Item]:
        scopes = {id(binding.node): (scope, binding) for scope in self._scopes() for binding in _imports_of(scope)}
        statements: list[Import] = [*self._usage.nodes(cst.Import), *self._usage.nodes(cst.ImportFrom)]
        for statement in statements:
            names = statement.names
            for alias in () if isinstance(names, cst.ImportStar) else names:
                scope, binding = scopes.get(id(alias), (None, None))
                if scope is not None and binding is not None and _is_of_package(statement, alias):
                    yield _Item(alias, statement, binding, scope)

    def _scopes(self) -> set[Scope]:
        return {self._tree.scopes[node] for node in self._usage.nodes(cst.ImportAlias)} | {self._tree.module}

    # How names are written.

    def written(self, name: str, old: cst.BaseExpression) -> str:
        """How `openai.<name>` is to be written in place of an expression that names something of openai 0.x, and notes that the
        program needs it: by the module, where the old one is written like that (`openai.error.Timeout`), else by its bare name.
        """
        root = _root(old)
        item = self._item_of(root) if root is not None else None
        if item is None and (owner := self._module_in(old)) is not None:
            return f"{self._draft.text(owner)}.{name}"
        if item is None and root is not None and self._by_star(name, root):
            return name
        if item is None:
            self._draft.stop(old, "where its name comes from cannot be followed")
            return name
        beside = (each for each in self.items if each.scope is item.scope and each.is_module)
        module = item if item.is_module else next(beside, None) if isinstance(old, cst.Attribute) else None
        if module is not None:
            self._kept.add(module.binding)
            return f"{module.binding.name}.{name}"
        return self._bare(name, item, old)

    def _module_in(self, old: cst.BaseExpression) -> cst.BaseExpression | None:
        """The expression for the module that another one begins with: `self.openai` of `self.openai.Completion.create`."""
        return next((each for each in self._tree.chain(old) if self._usage.resolver.names(each) == {_PACKAGE}), None)

    def of_sdk(self, name: str, at: cst.CSTNode) -> str:
        """How `openai.<name>` is to be written at a place where nothing of the SDK stands so far."""
        scope: Scope | None = self._tree.scopes[at]
        while scope is not None:
            here = [item for item in self.items if item.scope is scope and scope.kind != "class"]
            for item in here:
                if item.is_module and (self._stays(item) or not is_free(name, at, self._usage.resolver)):
                    self._kept.add(item.binding)
                    return f"{item.binding.name}.{name}"
            for item in here:
                return self._bare(name, item, at)
            scope = scope.parent
        if self._by_star(name, at):
            return name
        self._draft.stop(at, "openai is not imported where a client has to be built")
        return name

    def is_starred(self, root: cst.Name) -> bool:
        """Whether a star import has brought in what a name stands for, be it only before 1.0."""
        starred = self._usage.resolver.unbound(root.value, root)
        return starred in ({f"{_PACKAGE}.{root.value}"}, {f"{_PACKAGE}.error.{root.value}"})

    def _by_star(self, name: str, at: cst.CSTNode) -> bool:
        """Whether a star import brings in a name at a place today, or what takes its place does."""
        if name in STAR_EXPORTS[_PACKAGE] - LEGACY_EXPORTS and self._usage.resolver.unbound(name, at) == {f"{_PACKAGE}.{name}"}:
            return True
        star = next(iter(self._of_stars), None)
        if star is None or not isinstance(at, cst.Name) or not self.is_starred(at):
            return False
        if name != at.value and not is_free(name, at, self._usage.resolver):
            self._draft.stop(at, f"the name {name} is taken")
        self._of_stars[star][name] = None
        return True

    def module_of(self, old: cst.BaseExpression) -> str:
        """The package itself, in place of an expression that names something of openai 0.x."""
        owner, root = self._module_in(old), _root(old)
        is_imported = root is not None and self._item_of(root) is not None
        return self._draft.text(owner) if owner is not None and not is_imported else self.module(old)

    def module(self, at: cst.CSTNode) -> str:
        """How the package itself is written at a place, and notes that the program needs it."""
        scope: Scope | None = self._tree.scopes[at]
        while scope is not None:
            if (known := next((each for each in self.items if each.scope is scope and each.is_module), None)) is not None:
                self._kept.add(known.binding)
                return known.binding.name
            scope = scope.parent
        if not is_free(_PACKAGE, at, self._usage.resolver):
            self._draft.stop(at, f"the name {_PACKAGE} is taken")
        self._is_module_needed = True
        return _PACKAGE

    def of_module(self, qualified: str, at: cst.CSTNode) -> str:
        """How to write at a place what a module holds, be it a part of openai (`openai.types.chat.ChatCompletion`)."""
        module, _, name = qualified.rpartition(".")
        if module.partition(".")[0] != _PACKAGE:
            with suppress(Unfixable):
                reference = self._draft.editor.reference(qualified, at)
                self._draft.add(*reference.changes)
                return reference.text
        if self._more.get(name, qualified) == qualified and self._can_name(name, at):
            self._more[name] = qualified
            return name
        item = next((each for each in self.items if each.is_module and each.scope is self._tree.module), None)
        if item is None or module.partition(".")[0] != _PACKAGE:
            self._draft.stop(at, f"the name {name} is taken")
            return name
        self._kept.add(item.binding)
        return f"{item.binding.name}{qualified.removeprefix(_PACKAGE)}"

    def _can_name(self, name: str, at: cst.CSTNode) -> bool:
        """Whether a name means nothing at a place, or nothing but what is not imported any more."""
        scope = self._tree.scopes[at].lookup(name)
        if scope is None:
            return is_free(name, at, self._usage.resolver)
        own = [item for item in self.items if item.scope is scope and item.binding.name == name]
        others = [each for each in scope.bindings.get(name, ()) if not any(each is item.binding for item in own)]
        return bool(own) and not others and not any(self._is_valid(item) for item in own)

    def _bare(self, name: str, item: _Item, at: cst.CSTNode) -> str:
        known = next(
            (each for each in self.items if each.scope is item.scope and each.binding.qualified == f"openai.{name}"), None
        )
        if known is not None:
            self._needed.setdefault(item.scope, {})[known.text] = None
            return known.binding.name
        if item.binding.name == name or is_free(name, at, self._usage.resolver):
            self._needed.setdefault(item.scope, {})[name] = None
            return name
        other = f"{name}Client" if name.endswith("OpenAI") else f"OpenAI{name}"
        if not is_free(other, at, self._usage.resolver):
            self._draft.stop(at, f"the names {name} and {other} are taken")
        self._needed.setdefault(item.scope, {})[f"{name} as {other}"] = None
        return other

    def _item_of(self, root: cst.Name) -> _Item | None:
        scope = self._tree.scopes[root].lookup(root.value)
        return next((item for item in self.items if item.scope is scope and item.binding.name == root.value), None)

    def is_direct(self, node: cst.BaseExpression) -> bool:
        """Whether an expression begins with a name that an import of the SDK binds, or with what stands for the module."""
        root = _root(node)
        if root is not None and (self._item_of(root) is not None or self.is_starred(root)):
            return True
        return self._module_in(node) is not None

    def scope_of(self, node: cst.BaseExpression) -> Scope | None:
        """The scope whose import brings in what an expression begins with."""
        root = _root(node)
        item = self._item_of(root) if root is not None else None
        return item.scope if item is not None else None

    @property
    def any_gone(self) -> bool:
        """Whether the program imports what is not there any more."""
        return bool(self._of_stars) or not all(map(self._is_valid, self.items))

    def qualified(self, dotted: str, at: cst.CSTNode) -> str:
        """What a name that stands in a text means at a place, if an import of the SDK binds it; an empty text if none does."""
        first, _, rest = dotted.partition(".")
        scope = self._tree.scopes[at].lookup(first)
        item = next((item for item in self.items if item.scope is scope and item.binding.name == first), None)
        return ".".join(filter(None, (item.binding.qualified, rest))) if item is not None else ""

    def imports_sdk(self, statement: Import) -> bool:
        """Whether a statement imports something of the SDK."""
        names = statement.names
        if isinstance(names, cst.ImportStar):
            return _module(statement) == _PACKAGE
        return any(item.statement is statement for item in self.items)

    def last_import(self, body: Sequence[cst.CSTNode], first: int, prepared: int = -1) -> int:
        """The last of the imports of a body that the SDK is imported among; -1 for none.

        first: before which statement. prepared: up to which statement all imports count.
        """
        found = [
            index
            for index, line in enumerate(body[:first])
            if self._holds_import(line) or (index < prepared and is_import_row(line))
        ]
        last = max(found, default=-1)
        while last >= 0 and last + 1 < first and is_import_row(body[last + 1]):
            last += 1
        return last

    def _holds_import(self, line: cst.CSTNode) -> bool:
        if isinstance(line, (cst.FunctionDef, cst.ClassDef)):
            return False
        return any(self.imports_sdk(node) for node in walk(line) if isinstance(node, (cst.Import, cst.ImportFrom)))

    # What becomes of the imports.

    def _stays(self, item: _Item) -> bool:
        """Whether what an import binds is still used when everything else is changed."""
        is_kept = item.binding in self._kept or self._is_exported(item.binding.name)
        return is_kept or any(not self._draft.is_gone(use) for use in self._uses(item))

    def _uses(self, item: _Item) -> list[cst.Name]:
        """Where a program uses what an import binds."""
        home = item.scope.bindings.get(item.binding.name, [])
        return [
            use
            for use in self._tree.named(item.binding.name)
            if isinstance(use, cst.Name)
            and self._tree.scopes[use].lookup(use.value) is item.scope
            and not self._tree.is_label(use)
            and not any(use is other.node for other in home)
            and not any(isinstance(each, (cst.Import, cst.ImportFrom)) for each in self._tree.ancestors(use))
        ]

    def _is_exported(self, name: str) -> bool:
        for node in self._usage.nodes(cst.Assign):
            if any(isinstance(each.target, cst.Name) and each.target.value == "__all__" for each in node.targets):
                if isinstance(node.value, (cst.List, cst.Tuple)):
                    return any(self._usage.values.text(each.value) == name for each in node.value.elements)
        return False

    def migrate(self) -> None:
        """Changes the imports. To be called last: what is used then is all that will be."""
        anchor = next((item.statement for item in self.items if self._is_at_top(item.statement)), None)
        if self._more_lines() and anchor is None:
            self._import_behind_others()
        for scope in {item.scope: None for item in self.items}:
            self._migrate_in(scope, anchor)
        for node in self._usage.nodes(cst.ImportFrom):
            if _module(node) == f"{_PACKAGE}.cli":
                self._draft.stop(node, "`openai.cli` was a part of its own, and is gone")
        for star, names in self._of_stars.items():
            if _module(star) == f"{_PACKAGE}.error":
                self._put(star, [f"from {_PACKAGE} import {', '.join(sorted(names))}"] if names else [])
            else:
                self._draft.stop(star, "a star import hides which names of openai are used")

    def _more_lines(self) -> list[str]:
        """The imports of other modules than `openai` itself, and that of it as a whole."""
        modules: dict[str, list[str]] = {}
        for name, qualified in self._more.items():
            modules.setdefault(qualified.rpartition(".")[0], []).append(name)
        lines = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(modules.items())]
        return [f"import {_PACKAGE}", *lines] if self._is_module_needed else lines

    def _is_at_top(self, statement: Import) -> bool:
        line = self._tree.parents[statement]
        return isinstance(line, cst.SimpleStatementLine) and isinstance(self._tree.parents[line], cst.Module)

    def _import_behind_others(self) -> None:
        """Imports where the program imports nothing of openai: behind the imports that it begins with."""
        body = [line for root in self._tree.roots for line in root.body]
        last = None
        for line in body:
            if isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], (cst.Import, cst.ImportFrom)):
                last = line
            elif last is not None:
                break
        if last is None:
            self._draft.stop(body[0], "there is no import to put another one behind")
            return
        with self._draft.or_stop(last):
            cell, _, end = self._draft.editor.span(last.body[-1])
            line_end = self._draft.editor.line_end_of(last)
            self._draft.add(Change(Span(cell, end, end), "".join(line_end + line for line in self._more_lines())))

    def _migrate_in(self, scope: Scope, anchor: Import | None) -> None:
        statements: dict[Import, list[_Item]] = {}
        for item in self.items:
            if item.scope is scope:
                statements.setdefault(item.statement, []).append(item)
        needed = dict(self._needed.get(scope, {}))
        kept: dict[Import, list[str]] = {}
        for statement, items in statements.items():
            names = statement.names
            assert not isinstance(names, cst.ImportStar)
            leaving = []
            for item in items:
                is_valid = self._is_valid(item)
                if is_valid and (self._stays(item) or item.text in needed or not self._uses(item)):
                    needed.pop(item.text, None)
                    continue
                leaving.append(item.alias)
                if not item.is_module and (user := Elsewhere(self._usage).user_of(item.binding.name)) is not None:
                    self._draft.stop(item.alias, f"{user} may use it, too")
                if not is_valid and item.text not in needed and self._stays(item):
                    self._draft.stop(item.alias, f"`{item.binding.qualified}` has no counterpart")
            staying = [alias for alias in names if not any(alias is each for each in leaving)]
            kept[statement] = list(dict.fromkeys(map(self._text_today, staying)))
        self._once(kept)
        target = self._target(statements, kept) if needed else None
        if needed and target is None:
            self._draft.stop(next(iter(statements)), "there is no place to import from openai")
            return
        for statement, texts in kept.items():
            self._rewrite(statement, texts, list(needed) if statement is target else [], statement is anchor)

    def _text_today(self, alias: cst.ImportAlias) -> str:
        """How an import is written: that of a module that is gone, and binds the package, as that of the package."""
        item = next((each for each in self.items if each.alias is alias), None)
        is_package = item is not None and item.is_module and alias.asname is None
        return _PACKAGE if is_package else _text(alias)

    @staticmethod
    def _once(kept: dict[Import, list[str]]) -> None:
        """Leaves of several imports of the package, which `import openai.error` may have become, only the first."""
        seen = False
        for names in kept.values():
            if seen and _PACKAGE in names:
                names.remove(_PACKAGE)
            seen = seen or _PACKAGE in names

    def _is_valid(self, item: _Item) -> bool:
        """Whether what an import brings in is there since 1.0."""
        from oaklint.sdk.legacy import LEGACY_CLASSES, REMOVED_SUBMODULES
        from oaklint.usage.generation import is_removed_name

        name = dotted_name(item.alias.name) or ""
        if isinstance(item.statement, cst.Import):
            return item.is_module or name.split(".")[1] not in REMOVED_SUBMODULES
        qualified = item.binding.qualified
        return not is_removed_name(qualified) and qualified.removeprefix("openai.") not in LEGACY_CLASSES

    def _target(self, statements: dict[Import, list[_Item]], kept: dict[Import, list[str]]) -> Import | None:
        """The import that takes up new names: a `from` import at the top of its scope, one that is not used any more, or any."""
        plain = self._in_one_block([each for each in statements if not self._is_nested(each)])
        from_package = [each for each in plain if _module(each) == _PACKAGE]
        from_parts = [each for each in plain if isinstance(each, cst.ImportFrom)]
        unused = [each for each in plain if not kept[each]]
        return next(iter((*from_package, *from_parts, *unused, *plain, *statements)), None)

    def _in_one_block(self, statements: list[Import]) -> list[Import]:
        """Those of statements that nothing but imports stands between, from the first one on: a later one may be too
        late.
        """
        if not statements:
            return []
        rows = {id(self._tree.parents[each]) for each in statements}
        block = self._tree.parents[self._tree.parents[statements[0]]]
        blocks = self._tree.roots if isinstance(block, cst.Module) else (block,)
        lines = [line for each in blocks if isinstance(each, (cst.Module, cst.IndentedBlock)) for line in each.body]
        start = next((number for number, line in enumerate(lines) if id(line) in rows), 0)
        run = {id(line) for line in takewhile(is_import_row, lines[start:])}
        return [each for each in statements if id(self._tree.parents[each]) in run] or statements[:1]

    def _is_nested(self, statement: Import) -> bool:
        """Whether it is imported only for type checkers, or under a condition."""
        line = self._tree.parents[statement]
        body = self._tree.parents[line]
        holder = self._tree.parents.get(body)
        return not isinstance(body, cst.Module) and not isinstance(holder, cst.FunctionDef)

    def _rewrite(self, statement: Import, kept: list[str], added: list[str], takes_more: bool) -> None:
        """takes_more: whether it is the one that the imports of other modules come to stand behind."""
        names = statement.names
        assert not isinstance(names, cst.ImportStar)
        module = _module(statement)
        lines = []
        more = self._more_lines() if takes_more else []
        if isinstance(statement, cst.ImportFrom):
            changed = module != _PACKAGE or len(kept) != len(names) or added
            if not changed:
                self._put_behind(statement, more)
                return
            if all_names := _in_order(kept, added):
                lines.append(self._from(all_names, statement))
        else:
            if kept == [_text(alias) for alias in names] and not added:
                self._put_behind(statement, more)
                return
            if kept:
                lines.append(f"import {', '.join(kept)}")
            if added:
                lines.append(self._from(_in_order([], added), statement))
        self._put(statement, [*lines, *more])

    def _put_behind(self, statement: Import, lines: list[str]) -> None:
        if lines:
            self._put(statement, [self._draft.text(statement), *lines], as_is=True)

    def _from(self, names: list[str], statement: Import) -> str:
        text = f"from {_PACKAGE} import {', '.join(names)}"
        if isinstance(statement, cst.ImportFrom) and statement.lpar is not None and len(names) > 2:
            old = self._draft.text(statement)
            row = next((line for line in old.splitlines()[1:] if line.strip() and not line.strip().startswith(")")), None)
            if row is not None and "," in row and row.count(",") == 1:
                indentation = row[: len(row) - len(row.lstrip())]
                closing = old.splitlines()[-1]
                end = self._draft.editor.line_end_of(statement)
                return end.join([f"from {_PACKAGE} import (", *(f"{indentation}{name}," for name in names), closing])
        return text

    def _put(self, statement: Import, lines: list[str], *, as_is: bool = False) -> None:
        """Puts statements in place of one, or takes its rows away. as_is: the first of them is the one that is there."""
        with self._draft.or_stop(statement):
            editor = self._draft.editor
            if not lines:
                self._draft.add(*editor.remove_statement(statement))
                return
            first, *more = lines
            span = editor.span(statement)
            if "#" in span.cell.text[span.start : span.end] and not as_is:
                raise Unfixable
            if self._shares_row(statement):
                self._draft.add(Change(span, "; ".join(lines)))
                return
            row = span.cell.lines.starts[span.cell.lines.location(span.start).row - 1]
            gap = editor.line_end_of(statement) + span.cell.text[row : span.start]
            self._draft.add(Change(span, gap.join((first, *more))))

    def _shares_row(self, statement: Import) -> bool:
        line = self._tree.parents[statement]
        return isinstance(line, (cst.SimpleStatementLine, cst.SimpleStatementSuite)) and len(line.body) > 1


def _imports_of(scope: Scope) -> Iterator[Binding]:
    for bindings in scope.bindings.values():
        yield from (binding for binding in bindings if binding.kind == "import")


def _is_of_package(statement: Import, alias: cst.ImportAlias) -> bool:
    """Whether an import binds something that 1.0 has changed: not what it brought along, as `openai.types`."""
    if isinstance(statement, cst.Import):
        return (dotted_name(alias.name) or "").partition(".")[0] == _PACKAGE
    return _is_changed(_module(statement))


def _is_changed(module: str) -> bool:
    """Whether a module is the package itself, or a part of it that 1.0 took away."""
    from oaklint.sdk.legacy import REMOVED_SUBMODULES

    package, _, part = module.partition(".")
    return package == _PACKAGE and (not part or part.partition(".")[0] in REMOVED_SUBMODULES)


def _text(alias: cst.ImportAlias) -> str:
    name = dotted_name(alias.name) or ""
    renamed = alias.asname.name if alias.asname is not None else None
    return f"{name} as {renamed.value}" if isinstance(renamed, cst.Name) else name


def _module(statement: Import) -> str:
    if isinstance(statement, cst.Import) or statement.relative:
        return ""
    return dotted_name(statement.module) or ""


def _root(node: cst.BaseExpression) -> cst.Name | None:
    while isinstance(node, cst.Attribute):
        node = node.value
    return node if isinstance(node, cst.Name) else None


def _in_order(kept: list[str], added: list[str]) -> list[str]:
    """The names without repetition: sorted if those that stay are, or else with the new ones behind them."""
    is_sorted = kept == sorted(kept, key=str.casefold)
    unique = list(dict.fromkeys([*kept, *(sorted(added, key=str.casefold))]))
    return sorted(unique, key=str.casefold) if is_sorted else unique


def is_import_row(line: cst.CSTNode) -> bool:
    """Whether a row begins with an import."""
    return isinstance(line, cst.SimpleStatementLine) and isinstance(line.body[0], (cst.Import, cst.ImportFrom))
