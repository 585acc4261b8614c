"""Magics that change the environment are statements of the program like any other, and cells show what they end with."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check
from tests.keys import make_key
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


KEY = "import os\nfrom openai import OpenAI\nclient = OpenAI()\nkey = os.environ['OPENAI_API_KEY']"


@pytest.mark.parametrize(
    ("cell", "is_shown"),
    [
        ("key", True),
        ("# The key:\nclient.api_key  # here", True),
        ("f'The key is {key}'", True),
        ("os.getenv('OPENAI_API_KEY')", True),
        ("os.environ", True),
        ("%env OPENAI_API_KEY", True),
        ("%env OPENAI_API_KEY=$key", True),
        ("%set_env OPENAI_API_KEY {key}", True),
        ("!echo $OPENAI_API_KEY", True),
        ('!cd /tmp && echo "It is ${OPENAI_API_KEY}"', True),
        ("!printenv OPENAI_API_KEY", True),
        ("%%bash\nset -e\necho $OPENAI_API_KEY", True),
        ("key;", False),
        ("key\nlen(key)", False),
        ("key\n!ls", False),
        ("key[:4]", False),
        ("if key:\n    key", False),
        ("shown = key", False),
        ("os.environ['OPENAI_API_KEY'] = key", False),
        ("%env", False),
        ("%env LANG", False),
        ("%env OPENAI_BASE_URL=$url", False),
        ("!echo $OPENAI_API_KEY > key.txt", False),
        ("!echo $OPENAI_API_KEY | wc -c", False),
        ("!echo ${OPENAI_API_KEY:0:4} ${#OPENAI_API_KEY}", False),
        ("!echo '$OPENAI_API_KEY'", False),
        ("!printenv HOME", False),
    ],
)
def test_what_a_notebook_shows_by_itself(cell: str, is_shown: bool) -> None:
    found = check("a.ipynb", notebook([KEY, cell]), Settings(select=("OAK104",)))
    assert [diagnostic.cell for diagnostic in found] == [2] * is_shown


@pytest.mark.parametrize(
    ("magic", "is_in_quotes"),
    [
        ('%env OPENAI_API_KEY="{}"', True),
        ("%env OPENAI_API_KEY='{}'", True),
        ('%set_env OPENAI_API_KEY "{}"', True),
        ("%env OPENAI_API_KEY={}", False),
        ('%env OTHER_KEY="{}"', False),
        ('%env OPENAI_API_KEY="YOUR_API_KEY"', False),  # a placeholder is reported as one
        ('!export OPENAI_API_KEY="{}"', False),  # a shell takes them away
    ],
)
def test_quotes_that_a_magic_keeps(magic: str, is_in_quotes: bool) -> None:
    cells = [magic.format(make_key("credential")), BUILT, USED]
    found = check("a.ipynb", notebook(cells), Settings(select=("OAK305",)))
    assert [diagnostic.cell for diagnostic in found] == [1] * is_in_quotes
