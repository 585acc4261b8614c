"""Which names are slips of the pen, and which are meant."""

from __future__ import annotations

import pytest

from oaklint.sdk.clients import CONSTRUCTORS, MODULE_CLIENT_READS
from oaklint.sdk.environment_names import meant_by

KEY, AZURE_KEY, URL, ENDPOINT = "OPENAI_API_KEY", "AZURE_OPENAI_API_KEY", "OPENAI_BASE_URL", "AZURE_OPENAI_ENDPOINT"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("OPENAI_KEY", {KEY, AZURE_KEY}),
        ("OPENAI_APIKEY", {KEY, AZURE_KEY}),
        ("openai_api_key", {KEY, AZURE_KEY}),
        ("OPEN_AI_API_KEY", {KEY, AZURE_KEY}),
        ("OPENAI_API_KEYS", {KEY}),
        ("OPENAI_SECRET_KEY", {KEY}),
        ("OPENAI_TOKEN", {KEY}),
        ("OPENAI_API_KYE", {KEY}),
        ("OPENA_API_KEY", {KEY}),
        ("OPENNAI_API_KEY", {KEY}),
        ("OPENAU_API_KEY", {KEY}),
        ("OPENAI_API_BASE", {URL, ENDPOINT}),
        ("OPENAI_API_URL", {URL, ENDPOINT}),
        ("OPENAI_ORGANIZATION", {"OPENAI_ORG_ID"}),
        ("OPENAI_PROJECT", {"OPENAI_PROJECT_ID"}),
        ("AZURE_OPENAI_KEY", {AZURE_KEY}),
        ("AZURE_OPENAI_API_BASE", {ENDPOINT}),
        ("AZURE_OPENAI_API_VERSION", {"OPENAI_API_VERSION"}),
        ("AZURE_AD_TOKEN", {"AZURE_OPENAI_AD_TOKEN"}),
        # It does for OpenAI, and not for Azure.
        ("OPENAI_API_KEY", {AZURE_KEY}),
    ],
)
def test_near_misses(name: str, meant: set[str]) -> None:
    assert meant_by(name) == meant


@pytest.mark.parametrize(
    "name",
    [
        *("MY_OPENAI_KEY", "OPENAI_API_KEY_STAGING", "OPENAI_API_KEY_2", "OPENAI_API_KEY1", "OPENAI_MODEL", "OPENAI_LOG"),
        *("OPENAI_API_TYPE", "GENAI_API_KEY", "OPENROUTER_API_KEY", "AZURE_KEY", "AZURE_SEARCH_ENDPOINT", "AZURE_CLIENT_ID"),
        *("API_KEY", "KEY", "", "AZURE_OPENAI_DEPLOYMENT", "OPENAI_TIMEOUT", "XAI_API_KEY"),
    ],
)
def test_names_that_are_meant(name: str) -> None:
    assert meant_by(name) == set()


def test_what_the_sdk_reads_is_no_mistake() -> None:
    reads = [read for constructor in CONSTRUCTORS.values() for read in constructor.reads]
    for read in (*reads, *MODULE_CLIENT_READS):
        assert meant_by(read.name) <= ({AZURE_KEY} if read.name == KEY else set())
