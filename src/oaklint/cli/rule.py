"""`oaklint rule`: the page of a rule, or of all."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence

from oaklint.cli.arguments import UsageError
from oaklint.cli.terminal import Terminal
from oaklint.engine.configuration.nearest import unknown
from oaklint.reports.text import Paint, painter
from oaklint.rules import Rule, all_rules


def run(arguments: Namespace, terminal: Terminal) -> int:
    """Runs the command; returns its exit code. Raises UsageError."""
    if arguments.all == bool(arguments.rule):
        raise UsageError("name one rule, or --all", "oaklint rule")
    rules = all_rules() if arguments.all else [_find(arguments.rule)]
    match arguments.output_format:
        case "json":
            terminal.out(_json(rules, as_list=arguments.all))
        case "markdown":
            terminal.out("\n".join(_markdown(rule) for rule in rules))
        case _:
            terminal.out("\n\n".join(_text(rule, painter(terminal.color)) for rule in rules))
    return 0


def _find(wanted: str) -> Rule:
    for rule in all_rules():
        if wanted in (rule.code, rule.name):
            return rule
    known = [word for rule in all_rules() for word in (rule.code, rule.name)]
    raise UsageError(unknown("rule", wanted, known), "oaklint rule")


def _json(rules: Sequence[Rule], *, as_list: bool) -> str:
    import json

    records = [
        {
            "code": rule.code,
            "name": rule.name,
            "summary": rule.summary,
            "severity": rule.severity,
            "enabled": rule.enabled,
            "url": rule.url,
            "explanation": rule.page.text,
        }
        for rule in rules
    ]
    return json.dumps(records if as_list else records[0], indent=2) + "\n"


def _markdown(rule: Rule) -> str:
    return f"# {rule.name} ({rule.code})\n\n{_standing(rule)}\n\n{rule.page.text}\n"


def _text(rule: Rule, paint: Paint) -> str:
    """The page for a terminal: headings without their signs, programs indented."""
    lines = [paint("bold", f"{rule.code} {rule.name}"), "", _standing(rule), ""]
    in_program = False
    for line in rule.page.text.splitlines():
        if line.startswith("```"):
            in_program = not in_program
        elif in_program:
            lines.append(f"    {line}".rstrip())
        elif line.startswith("## "):
            lines.append(paint("bold", line.removeprefix("## ")))
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def _standing(rule: Rule) -> str:
    return f"Severity: {rule.severity}. {'On' if rule.enabled else 'Off'} by default."
