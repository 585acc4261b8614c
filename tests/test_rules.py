"""Every rule is one file, and its page is true."""

from __future__ import annotations

import re

import pytest

from oaklint.diagnostic import Diagnostic
from oaklint.engine import Settings, check
from oaklint.python import cst
from oaklint.rules import Rule, all_rules
from oaklint.rules.page import SECTIONS, Page
from tests.fixtures_reader import asked_for
from tests.keys import plant

RULES = all_rules()
CATALOGUE = {
    "OAK000": "unparsable-source",
    "OAK101": "hardcoded-api-key",
    "OAK102": "hardcoded-credential",
    "OAK103": "placeholder-api-key",
    "OAK104": "exposed-api-key",
    "OAK105": "key-sent-to-other-host",
    "OAK201": "legacy-module-config",
    "OAK202": "ignored-module-config",
    "OAK203": "removed-api-call",
    "OAK204": "removed-error-class",
    "OAK205": "removed-argument",
    "OAK206": "response-subscript",
    "OAK207": "removed-error-attribute",
    "OAK301": "environment-set-after-client",
    "OAK302": "ineffective-key-assignment",
    "OAK303": "empty-api-key",
    "OAK304": "unstripped-api-key",
    "OAK305": "malformed-api-key",
    "OAK306": "unread-environment-name",
    "OAK307": "api-key-callable-kind",
    "OAK401": "auth-error-retried-in-loop",
    "OAK402": "auth-error-retried-by-decorator",
    "OAK403": "auth-handler-on-constructor",
    "OAK404": "unreachable-auth-handler",
    "OAK405": "auth-error-silenced",
    "OAK406": "auth-error-matched-by-text",
    "OAK901": "client-built-at-import",
    "OAK902": "auth-error-skipped-per-item",
    "OAK903": "retries-multiplied",
}


def _check(program: str, rule: Rule) -> list[Diagnostic]:
    return check("example.py", plant(program).encode(), Settings(extend_select=asked_for(rule.code)))


def test_the_catalogue_is_there() -> None:
    assert {rule.code: rule.name for rule in RULES} == CATALOGUE


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
class TestPage:
    def test_example_has_exactly_this_finding(self, rule: Rule) -> None:
        assert [diagnostic.code for diagnostic in _check(rule.page.example, rule)] == [rule.code]

    def test_use_instead_has_none(self, rule: Rule) -> None:
        assert _check(rule.page.use_instead, rule) == []

    def test_reads_well(self, rule: Rule) -> None:
        for section in SECTIONS:
            assert re.search(rf"^## {re.escape(section)}\n\S", rule.page.text, re.MULTILINE), section
        assert rule.summary
        assert not rule.summary.endswith(".")

    def test_visitors_are_named_after_node_types(self, rule: Rule) -> None:
        for node_type in rule.visitors:
            assert issubclass(getattr(cst, node_type), cst.CSTNode)
        assert rule.visitors or rule.scan or rule.unparsable

    def test_message_is_one_line_with_a_remedy(self, rule: Rule) -> None:
        (diagnostic,) = _check(rule.page.example, rule)
        assert "\n" not in diagnostic.message
        assert re.search(r"[.:] \S", diagnostic.message), "the fact, then the remedy"
        assert diagnostic.severity in ("error", "warning", "info")
        assert diagnostic.name == rule.name


@pytest.mark.parametrize(
    ("docstring", "message"),
    [
        ("", "the sections must be"),
        ("## What it does\nx\n## Example\ny", "the sections must be"),
        ("\n".join(f"## {section}\nx" for section in SECTIONS), "must hold one program"),
    ],
)
def test_a_page_without_its_sections_is_refused(docstring: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Page.of(docstring)
