"""What the findings of the rules for openai 0.x have in common: one and the same fix, the migration of the whole file."""

from __future__ import annotations

from functools import partial

from oaklint.python.edits import Editor
from oaklint.rules.rule import Finding, Repair
from oaklint.usage import Usage

# So many of the reasons why a file is left alone are told.
_MAX_REASONS = 8


def migrating(finding: Finding, usage: Usage) -> Finding:
    """A finding with the migration as its fix, or with the reasons why there is none."""
    migration = usage.migration
    if migration.changes:
        return finding._replace(fix=partial(_migrate, usage))
    reasons = ((obstacle.where, f"not migrated: {obstacle.reason}") for obstacle in migration.obstacles[:_MAX_REASONS])
    return finding._replace(related=(*finding.related, *reasons))


def _migrate(usage: Usage, editor: Editor) -> Repair:
    return Repair("safe", "Migrate the file to the clients of openai 1.0 and later", usage.migration.changes)


