"""What shell commands and magics do to environment variables."""

from __future__ import annotations

import time

import pytest

from oaklint.engine import Settings, check
from oaklint.python.shell import exports, lost_exports, magic_assignments
from oaklint.source import read_source
from tests.variations import notebook

CLIENT = "from openai import OpenAI\nclient = OpenAI()"


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("export A=1", {"A"}),
        ("  export A='x y' B=\"$(cat key.txt)\"  ", {"A", "B"}),
        ("export A=$(cat key.txt); export B=`id`;", {"A", "B"}),
        ("export A=1 && set B=2\nexport C=${D}", {"A", "B", "C"}),
        ("export A = 1", {"A"}),
        ("declare -x A=1", {"A"}),
        ("export A=\0", {"A"}),
        ("export A=x\\ y", {"A"}),
        # Somebody else is there to see it.
        ("export A=1 && python run.py", set()),
        ("export A=1; ./run.sh", set()),
        ("export A=1 | tee log", set()),
        ("A=1 python run.py", set()),
        ("echo 'export A=1' >> ~/.bashrc", set()),
        ("export A=1 >> log", set()),
        ("export", set()),
        ("export A", set()),
        ("export \0=1", set()),
        ("exported A=1", set()),
        ("setx A 1", set()),
        ("", set()),
    ],
)
def test_what_a_command_sets_for_nobody(command: str, names: set[str]) -> None:
    assert exports(command) == names


@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("mkdir -p out\nexport A=$(cat key.txt)\nls cards | wc -l", {"A"}),
        ("set -e\nexport A=1  # don't tell\ncd out && ls 2>&1", {"A"}),
        ("export A=1; export B=2; echo $B", {"A"}),
        ("ls;\n\nexport A=1;;", {"A"}),
        # Somebody else is there to see it.
        ("mkdir -p out\nexport A=$(cat key.txt)\npython run.py", set()),
        ("export A=1\nls | python run.py", set()),
        ("export A=1\nls && { python run.py; }", set()),
        ("export A=1\nls $(python run.py)", set()),
        ("export A=1\nls `python run.py`", set()),
        ("export A=1\nls <(python run.py)", set()),
        ("export A=1\nls -exec python run.py", set()),
        ("export A=1\n./ls", set()),
        ("export A=1\necho A=$A > .env", set()),
        ("export A=1\necho A=${A} > .env", set()),
        ("export A=1\nls <<END\npython\nEND", set()),
        # Not to be told apart.
        ("export A=1\nls 'out", set()),
        ("ls # don't\nexport A=1\nls 'x\npython run.py\n", set()),
    ],
)
def test_what_it_sets_beside_others(command: str, names: set[str]) -> None:
    assert exports(command, {"ls", "mkdir", "wc"}) == names


@pytest.mark.parametrize(
    "command", ["export " + "A=1 " * 20_000 + "|x", "export A=" + "\\x$" * 20_000 + "|x", "export A=" + "$(" * 20_000]
)
def test_long_commands_take_no_time(command: str) -> None:
    start = time.monotonic()
    assert exports(command) == set()
    assert time.monotonic() - start < 1


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("!export A=1", ["A"]),
        ("  !export A=1\nx = 1", ["A"]),
        ("%system export A=1", ["A"]),
        ("%%bash\n# the key\nexport A=1\n\nexport B=2\n", ["A", "B"]),
        ("%%bash\nexport A=1\npython run.py", []),
        ("!export A=1 && python run.py", []),
        ('"""\n!export A=1\n"""', []),
        ("# !export A=1", []),
        ("%%writefile run.sh\nexport A=1", []),
    ],
)
def test_what_a_cell_sets_for_nobody(cell: str, names: list[str]) -> None:
    (read,) = read_source("a.ipynb", notebook([cell])).cells
    assert sorted(assigned.name for assigned in lost_exports(read)) == names


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("%env A=1", ["A"]),
        ("%set_env A 1\n%env B=2", ["A", "B"]),
        ("env A=1", ["A"]),
        ("%env", []),
        ("%env A", []),
        ('"""\n%env A=1\n"""', []),
    ],
)
def test_what_a_magic_sets(cell: str, names: list[str]) -> None:
    (read,) = read_source("a.ipynb", notebook([cell])).cells
    assert [assigned.name for assigned in magic_assignments(read)] == names


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["!export OPENAI_API_KEY=test", CLIENT], [(1, "OAK302")]),
        (["%%bash\nexport OPENAI_API_KEY=test", CLIENT], [(1, "OAK302")]),
        (["%%bash\nmkdir -p out\nexport OPENAI_API_KEY=$(cat key.txt)\nls cards | wc -l", CLIENT], [(1, "OAK302")]),
        (["%%sh\nexport OPENAI_API_KEY=$(cat key.txt)\npip install -q openai", CLIENT], [(1, "OAK302")]),
        (["%%script bash\nls\nexport OPENAI_API_KEY=$MY_KEY\n", CLIENT], [(1, "OAK302")]),
        (["!pip install -q openai && export OPENAI_API_KEY=$MY_KEY", CLIENT], [(1, "OAK302")]),
        (["%%bash\nexport OPENAI_API_KEY=$MY_KEY; python run.py", CLIENT], []),
        (["%%bash\ncd app\nexport OPENAI_API_KEY=$MY_KEY\nuv run app.py", CLIENT], []),
        (["%%bash\nexport OPENAI_API_KEY=$MY_KEY\necho OPENAI_API_KEY=$OPENAI_API_KEY > .env", CLIENT], []),
        (["%%writefile run.sh\nls\nexport OPENAI_API_KEY=$MY_KEY", CLIENT], []),
        (["import os", "os.environ['OPENAI_API_KEY'] = input()\n!export OPENAI_API_KEY=test", CLIENT], []),
        (["!export OPENAI_API_KEY=test", "from openai import OpenAI\nclient = OpenAI(api_key=input())"], []),
        (["%env OPENAI_KEY=test", CLIENT], [(1, "OAK306")]),
        (["%env OPENAI_KEY=test\n%env OPENAI_API_KEY=$OPENAI_KEY", CLIENT], []),
        (["%load_ext dotenv\n%dotenv", "%env OPENAI_KEY=test", CLIENT], []),
        (["%env OPENAI_KEY=test", "from openai import OpenAI\nimport os\nclient = OpenAI(api_key=os.environ['OPENAI_KEY'])"], []),
    ],
)
def test_notebooks(cells: list[str], expected: list[tuple[int, str]]) -> None:
    found = check("a.ipynb", notebook(cells), Settings(select=("OAK302", "OAK306")))
    assert [(diagnostic.cell, diagnostic.code) for diagnostic in found] == expected


def test_the_line_of_a_cell_is_marked() -> None:
    cells = ["%%bash\nmkdir -p out\n  export OPENAI_API_KEY=$MY_KEY  # the key\nls", CLIENT]
    (found,) = check("a.ipynb", notebook(cells), Settings(select=("OAK302",)))
    assert (found.location.row, found.location.column, found.end_location.row) == (3, 3, 3)
