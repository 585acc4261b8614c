"""Magics that change the environment are statements of the program like any other."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check
from tests.variations import notebook

BUILT = "from openai import OpenAI\nclient = OpenAI()"
USED = "client.models.list()"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([BUILT, "%env OPENAI_API_KEY=abc", USED], [(2, 1)]),
        ([BUILT, "import os\n%set_env OPENAI_API_KEY abc", USED], [(2, 2)]),
        ([BUILT, "%load_ext dotenv\n%dotenv", USED], [(2, 2)]),
        ([BUILT, "%env OPENAI_API_KEY=abc", BUILT, USED], []),
        ([BUILT, USED, "%env OPENAI_API_KEY=abc"], []),
        ([BUILT, "%env LANG=C", USED], []),
        ([BUILT, "%env", USED], []),
        ([BUILT, "%load_ext dotenv", USED], []),
        ([BUILT, "text = '''\n%env OPENAI_API_KEY=abc\n'''", USED], []),
        (["%env OPENAI_API_KEY=abc", BUILT, USED], []),
        (["%dotenv", BUILT, "from dotenv import load_dotenv\nload_dotenv()", USED], []),
    ],
)
def test_magics_set_the_environment_where_they_stand(cells: list[str], expected: list[tuple[int, int]]) -> None:
    found = check("a.ipynb", notebook(cells), Settings(select=("OAK301",)))
    assert [(diagnostic.cell, diagnostic.location.row) for diagnostic in found] == expected
