"""What the findings of the rules for openai 0.x have in common: one and the same fix, the migration of the whole file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial, wraps
from typing import TypeVar

from oaklint.python import cst
from oaklint.python.edits import Editor
from oaklint.rules.rule import Finding, Repair
from oaklint.usage import Usage

Node = TypeVar("Node", bound="cst.CSTNode")

# So many of the reasons why a file is left alone are told.
_MAX_REASONS = 8


def migrating(visitor: Callable[[Node, Usage], Iterable[Finding]]) -> Callable[[Node, Usage], Iterator[Finding]]:
    """Makes a visitor whose findings offer the migration, or tell the reasons why there is none."""

    @wraps(visitor)
    def visit(node: Node, usage: Usage) -> Iterator[Finding]:
        return (_with_migration(finding, usage) for finding in visitor(node, usage))

    return visit


def _with_migration(finding: Finding, usage: Usage) -> Finding:
    migration = usage.migration
    if migration.changes:
        return finding._replace(fix=partial(_migrate, usage), shares_fix=True)
    if not migration.obstacles:
        return finding
    reasons = tuple((obstacle.where, f"not migrated: {obstacle.reason}") for obstacle in migration.obstacles[:_MAX_REASONS])
    here = next((obstacle.reason for obstacle in migration.obstacles if obstacle.where is finding.where), None)
    reason = here if here is not None else migration.first_obstacle
    is_told = here is not None and (here.partition(": ")[2] or here) in finding.message
    message = finding.message if is_told else f"{finding.message}. Not migrated: {reason}"
    return finding._replace(message=message, related=(*finding.related, *reasons))


def _migrate(usage: Usage, editor: Editor) -> Repair:
    return Repair("safe", "Migrate the file to the clients of openai 1.0 and later", usage.migration.changes)
