"""What a rule is: a module of this package, read into a value.

The file name gives code and name (`oak401_auth_error_retried_in_loop.py`), the docstring is the page for users, and functions
named after LibCST node types (`visit_Call`) are called for every such node of a program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import ModuleType
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from oaklint.diagnostic import Applicability, Confidence, Severity
from oaklint.rules.needs import Needs, Reach
from oaklint.rules.page import Page
from oaklint.source import Cell, Change, Span, UnreadableSource

if TYPE_CHECKING:
    from oaklint.python import cst
    from oaklint.python.edits import Editor
    from oaklint.python.parse import Unparsable
    from oaklint.usage import Usage

    Place: TypeAlias = cst.CSTNode | Span

DOCUMENTATION = "https://oaklint.readthedocs.io/rules/"


def place_of(index: int) -> str:
    """What stands in a message for the place of step number `index` (0-based) of the finding's path: `line 12`, `cell 3, line 2`
    or `line 4 of app/llm.py`.
    """
    return f"\0{index}\0"


class Repair(NamedTuple):
    """A fix: how far it is to be trusted (see `Fix`), what it does, in one line, and the changes that do it."""

    applicability: Applicability
    message: str
    changes: tuple[Change, ...]


class Finding(NamedTuple):
    """What a rule reports: where, and in one line the fact, the place it comes from and the remedy.

    where:     a node, or a span of a cell's text; diagnostics get the position of its first row and its end.
    related:   other places that the message speaks of, each with a short text.
    path:      the steps of the way that control takes to make it true, `where` among them, each with a short text.
    severity:  only where it differs from the rule's own.
    sensitive: whether the place, and the related ones with it, hold a secret, to be masked wherever the lines are shown.
    partial:   whether it is dropped if another finding of the rule speaks of a place around it.
    fix:       makes the repair, called only if the finding is shown; raises Unfixable, or gives None, where none can be made.
    shares_fix: whether other findings of the file have the same fix, which is not made then if one of them is to stay.
    confidence, fingerprint, sink: of a key or credential, as in `Diagnostic`.
    """

    where: Place
    message: str
    related: tuple[tuple[Place, str], ...] = ()
    path: tuple[tuple[Place, str], ...] = ()
    severity: Severity | None = None
    sensitive: bool = False
    partial: bool = False
    fix: Callable[[Editor], Repair | None] | None = None
    shares_fix: bool = False
    confidence: Confidence | None = None
    fingerprint: str | None = None
    sink: str = ""


Visitor: TypeAlias = "Callable[[cst.CSTNode, Usage], Iterable[Finding]]"


@dataclass(frozen=True)
class Rule:
    """A rule and all that is known about it. `module` holds its visitors; the rest is for people."""

    code: str
    name: str
    module: ModuleType

    @classmethod
    def of(cls, module: ModuleType) -> Rule:
        stem = module.__name__.rpartition(".")[2]
        code, _, name = stem.partition("_")
        return cls(code.upper(), name.replace("_", "-"), module)

    @cached_property
    def page(self) -> Page:
        """The rule's page. Raises ValueError where the docstring is not a page."""
        return Page.of(self.module.__doc__ or "")

    @property
    def summary(self) -> str:
        return self.page.summary

    @property
    def severity(self) -> Severity:
        severity: Severity = self.module.SEVERITY
        return severity

    @property
    def enabled(self) -> bool:
        """Whether the rule is on without being selected."""
        return bool(getattr(self.module, "ENABLED", True))

    @property
    def needs(self) -> Needs:
        needs: Needs = self.module.NEEDS
        return needs

    @property
    def follows_imports(self) -> bool:
        """Whether it looks into the modules of the project that a file imports."""
        return any(isinstance(needle, Reach) for group in self.needs for needle in group)

    @property
    def finds_secrets(self) -> bool:
        """Whether its findings mark secrets, which have to be masked even where the rule itself is not asked for."""
        return bool(getattr(self.module, "FINDS_SECRETS", False))

    @property
    def url(self) -> str:
        return f"{DOCUMENTATION}{self.name}/"

    @cached_property
    def visitors(self) -> Mapping[str, Visitor]:
        """The visitors by the name of the LibCST node type that each is for."""
        prefix = "visit_"
        return {name.removeprefix(prefix): function for name, function in vars(self.module).items() if name.startswith(prefix)}

    @property
    def scan(self) -> Callable[[Cell], Iterable[Finding]] | None:
        """The rule's look at bare text, for cells that are not Python or do not parse as well as for those that do."""
        scan: Callable[[Cell], Iterable[Finding]] | None = getattr(self.module, "scan", None)
        return scan

    @property
    def unreadable(self) -> Callable[[Cell, UnreadableSource], Finding] | None:
        """What the rule says of a file that cannot be read."""
        unreadable: Callable[[Cell, UnreadableSource], Finding] | None = getattr(self.module, "unreadable", None)
        return unreadable

    @property
    def unparsable(self) -> Callable[[Cell, Unparsable], Finding] | None:
        """What the rule says of a cell, or file, that cannot be parsed."""
        unparsable: Callable[[Cell, Unparsable], Finding] | None = getattr(self.module, "unparsable", None)
        return unparsable
