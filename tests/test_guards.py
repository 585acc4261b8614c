"""Files whose name says that another file chooses between them and their counterparts."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check

PROGRAM = b"import openai\nopenai.ChatCompletion.create()\n"


@pytest.mark.parametrize(
    "name",
    ["openai_utils/v0.py", "llm/_openai_llm_v0.py", "openai-v0.py", "legacy_openai.py", "openai/legacy.py", "src\\openai\\v0.py"],
)
def test_the_half_for_openai_0_is_right(name: str) -> None:
    assert check(name, PROGRAM, Settings()) == []


@pytest.mark.parametrize(
    "name",
    ["openai_utils/v1.py", "api/v0.py", "api/v0/openai_chat.py", "legacy.py", "openai_api.py", "legacy/openai/chat.py", "v0"],
)
def test_any_other_is_judged(name: str) -> None:
    assert [diagnostic.code for diagnostic in check(name, PROGRAM, Settings())] == ["OAK203"]
