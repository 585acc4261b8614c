"""From bytes to diagnostics: screen, read, parse, visit, locate, suppress, repair."""

from __future__ import annotations

import gc
import os
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from oaklint.diagnostic import MODULE_SCOPE, Diagnostic, Edit, Fix, Related
from oaklint.engine.files.paths import display_name
from oaklint.engine.masks import Masks
from oaklint.engine.screen import possible_rules
from oaklint.engine.selection import selected_rules
from oaklint.engine.settings import Settings
from oaklint.engine.suppression import Suppressions, has_allow_mark
from oaklint.rules import Finding, Repair, Rule, all_rules, place_of
from oaklint.sdk.redaction import named_credentials
from oaklint.source import Cell, Change, InProject, Location, Source, Span, UnreadableSource, read_source

if TYPE_CHECKING:
    from oaklint.python import cst
    from oaklint.python.edits import Editor
    from oaklint.python.parse import Unparsable
    from oaklint.python.program import Program

# Parsed trees are many objects, and none of them garbage: a collector that looks them through as often as usual takes a third of
# the time.
_COLLECTIONS = (20_000, 10, 10)


def check(name: str, data: bytes, settings: Settings, place: InProject | None = None) -> list[Diagnostic]:
    """Everything that the rules selected by `settings` have to say about a file, in the order of its text.

    name: the file's name, as diagnostics are to show it; its ending tells a notebook from a Python file.
    data: the bytes of the file.
    place: where it stands, so that the modules of its project that it imports can be followed; None: they are not.

    Never raises because of what the file holds: what cannot be read or parsed is a diagnostic, too (OAK000).
    """
    return [item.diagnostic for item in examine(name, data, settings, place).items]


def check_text(name: str, text: str, settings: Settings, place: InProject | None = None) -> list[Diagnostic]:
    """The same for the text of a Python file that somebody else has read and decoded."""
    data = text.encode("utf-8", "surrogatepass")
    wanted = possible_rules(data, name, selected_rules(settings), place)
    if not wanted:
        return []
    source = Source(name, data, (Cell(text, text),), place=place)
    return [item.diagnostic for item in _examine(source, wanted, settings).items]


class Examined(NamedTuple):
    """What a check has found out about a file.

    source: the file as it was read; None where it could not be, or where nothing had to be looked at.
    items:  each diagnostic with the changes that its fix makes.
    masks:  what is to be covered of the file's text wherever it is shown.
    """

    source: Source | None
    items: list[Examination]
    masks: Masks


# A fix as it may be shown, and the changes that it makes.
Shown: TypeAlias = "tuple[Fix | None, tuple[Change, ...]]"


class Examination(NamedTuple):
    diagnostic: Diagnostic
    changes: tuple[Change, ...] = ()


def examine(
    name: str, data: bytes, settings: Settings, place: InProject | None = None, secrets: frozenset[str] = frozenset()
) -> Examined:
    """Like `check`, with all that takes to repair the file. secrets: what was found in it before, and may not be shown either."""
    wanted = possible_rules(data, name, selected_rules(settings), place)
    if not wanted:
        return Examined(None, [], Masks((), secrets))
    try:
        source = replace(read_source(name, data), place=place)
    except UnreadableSource as error:
        return _unreadable(name, data, error, wanted, settings)
    return _examine(source, wanted, settings, secrets)


def _examine(source: Source, wanted: Sequence[Rule], settings: Settings, secrets: frozenset[str] = frozenset()) -> Examined:
    # Secrets are masked on every line that is shown, whichever rule it is shown for.
    finding_secrets = [rule for rule in all_rules() if rule.finds_secrets and rule not in wanted]
    rules = [*wanted, *possible_rules(source.data, source.name, finding_secrets, source.place)]
    found = list(_scan(source.cells, rules))
    if not source.code_cells:
        return _examined(source, found, wanted, settings, secrets=secrets)
    from oaklint.python.parse import on_big_stack

    if not any(rule.visitors for rule in wanted):
        unparsable = on_big_stack(lambda: _unparsable(source.code_cells))
        return _examined(source, [*found, *_judge_syntax(unparsable, wanted)], wanted, settings, None, secrets, dict(unparsable))

    def visit() -> Examined:
        from oaklint.python.edits import Editor
        from oaklint.python.program import Program
        from oaklint.sdk.exports import STAR_EXPORTS

        with _collecting_rarely():
            follows = any(rule.follows_imports for rule in rules)
            program = Program(source, follow_imports=follows, exports=STAR_EXPORTS)
            located = [*found, *_judge_syntax(program.unparsable, wanted), *_visit(program, rules, settings)]
            return _examined(source, located, wanted, settings, Editor(program), secrets, dict(program.unparsable))

    return on_big_stack(visit)


@contextmanager
def _collecting_rarely() -> Iterator[None]:
    usual = gc.get_threshold()
    gc.set_threshold(*max(usual, _COLLECTIONS))
    try:
        yield
    finally:
        gc.set_threshold(*usual)


Found = tuple[Rule, Finding]
Places = tuple[tuple[Span, str], ...]


class Located(NamedTuple):
    """A finding with every place that it names turned into a span."""

    rule: Rule
    finding: Finding
    span: Span
    related: Places
    path: Places
    scope: str


def _scan(cells: Iterable[Cell], rules: Iterable[Rule]) -> Iterator[Located]:
    """What the rules find in bare text."""
    for rule in rules:
        if rule.scan is not None:
            for cell in cells:
                yield from (_located(rule, finding, {}) for finding in rule.scan(cell))


def _unparsable(cells: Iterable[Cell]) -> list[tuple[Cell, Unparsable]]:
    """The cells that cannot be parsed, each with what is wrong with it, where nobody needs the parser's tree."""
    from oaklint.python.parse import Unparsable, check_syntax

    found = []
    for cell in cells:
        try:
            check_syntax(cell.code or "")
        except Unparsable as error:
            found.append((cell, error))
    return found


def _judge_syntax(unparsable: Iterable[tuple[Cell, Unparsable]], rules: Iterable[Rule]) -> Iterator[Located]:
    """What the rules have to say of cells that cannot be parsed."""
    for cell, error in unparsable:
        yield from (_located(rule, rule.unparsable(cell, error), {}) for rule in rules if rule.unparsable is not None)


def _visit(program: Program, rules: Sequence[Rule], settings: Settings) -> list[Located]:
    """What the rules find in the program, with every place turned into a span."""
    from oaklint.python import cst
    from oaklint.python.flow import TooManyStates
    from oaklint.usage import Usage

    usage = Usage(program, target_sdk=settings.target_sdk, declared_sdk=settings.declared_sdk)
    found: list[Found] = []
    for rule in rules:
        for node_type, visitor in rule.visitors.items():
            for node in program.tree.own.get(getattr(cst, node_type), ()):
                with suppress(TooManyStates):  # what is not known is not reported
                    found += ((rule, finding) for finding in visitor(node, usage))
    places = {place for _, finding in found for place in (finding.where, *(place for place, _ in finding.related + finding.path))}
    spans = program.spans([place for place in places if not isinstance(place, Span)])
    scope_of = program.tree.qualified_scope
    return [
        _located(rule, finding, spans, "" if isinstance(finding.where, Span) else scope_of(finding.where))
        for rule, finding in found
    ]


def _located(rule: Rule, finding: Finding, spans: Mapping[cst.CSTNode, Span], scope: str = "") -> Located:
    def span(place: cst.CSTNode | Span) -> Span:
        return place if isinstance(place, Span) else spans[place]

    def spans_of(places: Iterable[tuple[cst.CSTNode | Span, str]]) -> Places:
        return tuple((span(place), text) for place, text in places)

    steps_elsewhere = [step for step in finding.path if step[0] is not finding.where]
    related = spans_of((*finding.related, *steps_elsewhere))
    return Located(rule, finding, span(finding.where), related, spans_of(finding.path), scope or MODULE_SCOPE)


def _examined(
    source: Source,
    found: Sequence[Located],
    wanted: Sequence[Rule],
    settings: Settings,
    editor: Editor | None = None,
    secrets: frozenset[str] = frozenset(),
    unread: Container[Cell] = (),
) -> Examined:
    """Diagnostics of the wanted rules, each once, suppressed and accepted ones left out, in the order of the text.

    unread: the cells whose program nobody could look into.
    """
    suppressions = Suppressions(source) if settings.respect_noqa else None
    sensitive = [item for item in found if item.finding.sensitive]
    marked = [place for item in sensitive for place in (item.span, *(part for part, _ in item.related))]
    named = (Span(cell, *ends) for cell in source.cells for ends in named_credentials(cell.text)) if found else ()
    masks = Masks((*marked, *named), secrets, unread)
    order = {cell: index for index, cell in enumerate(source.cells)}
    unique: dict[tuple[str, int, int], Located] = {}
    for item in _but_for_pieces(found):
        if item.rule in wanted and item.span.cell in order:  # a module that is only followed has its own turn
            known = unique.setdefault(key := (item.rule.code, order[item.span.cell], item.span.start), item)
            if known.finding.fix is None and item.finding.fix is not None:  # bare text knows no fix, the program behind it may
                unique[key] = item
    items = []
    repairs = _Repairs(editor, masks, order)
    kept_back: set[tuple[Change, ...]] = set()
    for (code, _, _), (rule, finding, span, related, path, scope) in sorted(
        unique.items(), key=lambda entry: (entry[0][1], entry[0][2], entry[0][0])
    ):
        start, end = _ends(span)
        if suppressions is not None and suppressions.silences(span.cell, start.row, code):
            if finding.shares_fix:
                kept_back.add(repairs.of(finding)[1])
            continue
        if settings.allow_marks and finding.confidence is not None and has_allow_mark(span.cell, range(start.row, end.row + 1)):
            continue
        fix, changes = repairs.of(finding)
        steps = tuple(_related(source, place, text, masks) for place, text in path)
        diagnostic = Diagnostic(
            code=code,
            name=rule.name,
            message=masks.cover(_with_places(finding.message, steps, source, span.cell)),
            severity=finding.severity or rule.severity,
            filename=source.name,
            cell=span.cell.number,
            location=start,
            end_location=end,
            file_row=span.cell.file_row(start.row),
            noqa_row=start.row,
            url=rule.url,
            related=tuple(_related(source, place, text, masks) for place, text in related),
            path=steps,
            fix=fix,
            excerpt=masks.excerpt(span.cell, start.row, end.row),
            confidence=finding.confidence,
            fingerprint=finding.fingerprint,
            scope=scope,
            sink=finding.sink,
        )
        items.append(Examination(diagnostic, changes))
    # Where one fix is for several findings, it is not made if somebody wants one of these to stay.
    items = [item if item.changes not in kept_back else Examination(replace(item.diagnostic, fix=None)) for item in items]
    if settings.accepted:
        from oaklint.engine.baseline import beyond

        surplus = set(beyond(settings.accepted, [item.diagnostic for item in items]))
        items = [item for item in items if item.diagnostic in surplus]
    return Examined(source, items, masks)


def _but_for_pieces(found: Sequence[Located]) -> Iterator[Located]:
    """The findings without those of what may be only a piece of what another one is about."""
    larger = [item for item in found if item.finding.sensitive and not isinstance(item.finding.where, Span)]
    places = [(item, place) for item in larger for place in (item.span, *(part for part, _ in item.related))]
    dropped: set[int] = set()
    for item in found:
        if item.finding.partial and any(_is_around(*each, item) for each in places if id(each[0]) not in dropped):
            dropped.add(id(item))
        else:
            yield item


def _is_around(other: Located, place: Span, item: Located) -> bool:
    """Whether a place of another finding of the same rule encloses that of a finding."""
    (cell, start, end), is_other = item.span, other is not item and other.rule is item.rule
    return is_other and place.cell is cell and place.start <= start and end <= place.end


class _Repairs:
    """Makes the fixes of findings; one that several of them share, once."""

    def __init__(self, editor: Editor | None, masks: Masks, order: Mapping[Cell, int]) -> None:
        self._editor = editor
        self._masks = masks
        self._order = order
        self._shared: dict[tuple[Change, ...], Shown] = {}

    def of(self, finding: Finding) -> Shown:
        """A finding's fix as it may be shown, and the changes that it makes, in the order of the text."""
        from oaklint.python.edits import Unfixable

        try:
            repair = finding.fix(self._editor) if finding.fix is not None and self._editor is not None else None
        except Unfixable:
            repair = None
        if repair is None or not finding.shares_fix:
            return _shown(repair, self._masks, self._order)
        known = self._shared.get(repair.changes)
        if known is None:
            known = self._shared[repair.changes] = _shown(repair, self._masks, self._order)
        return known


def _shown(repair: Repair | None, masks: Masks, order: Mapping[Cell, int]) -> Shown:
    if repair is None or not repair.changes or any(change.span.cell not in order for change in repair.changes):
        return None, ()  # what it would change stands in another file
    changes = tuple(sorted(repair.changes, key=lambda change: (order[change.span.cell], *change.span[1:])))
    if any(after.span.start < before.span.end for before, after in pairwise(changes) if after.span.cell is before.span.cell):
        return None, ()
    edits = tuple(Edit(masks.code(content), *_ends(span), span.cell.number) for span, content in changes)
    return Fix(repair.applicability, masks.cover(repair.message), edits), changes


def _ends(span: Span) -> tuple[Location, Location]:
    return span.cell.lines.location(span.start), span.cell.lines.location(span.end)


def _related(source: Source, span: Span, text: str, masks: Masks) -> Related:
    start, end = _ends(span)
    name = source.name if span.cell.path is None else _name_beside(source, span.cell.path)
    row, line = span.cell.file_row(start.row), masks.row(span.cell, start.row)
    return Related(masks.cover(text), name, span.cell.number, start, end, row, line)


def _with_places(message: str, places: Sequence[Related], source: Source, cell: Cell) -> str:
    """The message with every step of the path that it names (see `place_of`) put into words."""
    for index, place in enumerate(places):
        words = f"line {place.location.row}"
        if place.filename != source.name:
            words += f" of {place.filename}"
        elif place.cell != cell.number:
            words = f"cell {place.cell}, {words}"
        message = message.replace(place_of(index), words)
    return message


def _name_beside(source: Source, path: str) -> str:
    """The name of another file of the project, as users see it: from where the name of the source starts."""
    own = source.place.path if source.place is not None else ""
    directory = own.removesuffix(os.path.normpath(source.name))
    return display_name(path, directory) if directory not in ("", own) else path


def _unreadable(name: str, data: bytes, error: UnreadableSource, rules: Sequence[Rule], settings: Settings) -> Examined:
    """What there is to say of a file that is no text, and what can be found in what of it can still be read."""
    cell = Cell(text=error.text, code=None)
    source = Source(name, data, (cell,))
    found = [_located(rule, rule.unreadable(cell, error), {}) for rule in rules if rule.unreadable is not None]
    settings = replace(settings, respect_noqa=False)  # what cannot be read holds no comments
    return _examined(source, [*found, *_scan((cell,), rules)], rules, settings, unread=(cell,))._replace(source=None)
