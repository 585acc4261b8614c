"""The formats: pure functions from diagnostics to text."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import fields

import pytest

from oaklint.diagnostic import Diagnostic, Edit, Excerpt, Fix, Related
from oaklint.reports import FOR_PEOPLE, FORMATS, renderer, statistics
from oaklint.source import Location


def _diagnostic(
    lines: tuple[str, ...] = ("import openai", "openai.Completion.create()"),
    start: tuple[int, int] = (2, 1),
    end: tuple[int, int] = (2, 25),
    *,
    first_row: int = 1,
    filename: str = "a.py",
    cell: int | None = None,
    file_row: int | None = None,
    code: str = "OAK203",
    message: str = "It was removed.",
    related: tuple[Related, ...] = (),
    fix: Fix | None = None,
) -> Diagnostic:
    return Diagnostic(
        code=code,
        name="removed-api-call",
        message=message,
        severity="error",
        filename=filename,
        cell=cell,
        location=Location(*start),
        end_location=Location(*end),
        file_row=file_row or start[0],
        noqa_row=start[0],
        url="https://example.invalid/removed-api-call/",
        related=related,
        fix=fix,
        excerpt=Excerpt(first_row, lines),
    )


def _related(start: tuple[int, int], end: tuple[int, int], filename: str = "a.py", cell: int | None = None) -> Related:
    return Related("built here", filename, cell, Location(*start), Location(*end), start[0])


def _full(item: Diagnostic) -> list[str]:
    return renderer("full")([item]).splitlines()


@pytest.mark.parametrize("output_format", FORMATS)
def test_every_format_takes_none_and_some(output_format: str) -> None:
    render = renderer(output_format)
    assert render([]) == ("[]\n" if output_format == "json" else "")
    text = render([_diagnostic(), _diagnostic(filename="b.py")])
    assert text.endswith("\n")
    assert "OAK203" in text
    assert ("\x1b[" in render([_diagnostic()], color=True)) is (output_format in FOR_PEOPLE)


@pytest.mark.parametrize("output_format", FORMATS)
def test_only_the_format_in_use_is_imported(output_format: str) -> None:
    program = f"""
import sys
from oaklint.reports import FORMATS, renderer
renderer({output_format!r})
print([name for name, module in FORMATS.items() if "oaklint.reports." + module in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {"json", "json-lines"} if output_format == "json-lines" else {output_format}
    assert done.stdout.strip() == str([name for name in FORMATS if name in loaded])


def test_full_marks_the_very_characters() -> None:
    assert _full(_diagnostic()) == [
        "OAK203 It was removed.",
        " --> a.py:2:1",
        "  |",
        "1 | import openai",
        "2 | openai.Completion.create()",
        "  | ^^^^^^^^^^^^^^^^^^^^^^^^",
        "",
    ]


@pytest.mark.parametrize(
    ("line", "shown", "before"),
    [
        ("x = BAD", "x = BAD", "x = "),
        ("\tBAD", "    BAD", "    "),
        ("a\tBAD", "a   BAD", "a   "),
        ("日本 BAD", "日本 BAD", "     "),  # each as wide as two
        ("e\u0301 BAD", "e\u0301 BAD", "  "),  # a combining accent takes no room
        ("👩\u200d💻 BAD", "👩\u200d💻 BAD", "   "),  # a joined sequence is one emoji
        ("✔\ufe0f BAD", "✔\ufe0f BAD", "   "),
        ("\x1b[31m BAD", "␛[31m BAD", "      "),  # shown, not sent
        ("\u202e BAD", "\ufffd BAD", "  "),  # could make the line read otherwise
        ("\x0c BAD", "␌ BAD", "  "),
    ],
)
def test_full_counts_terminal_columns(line: str, shown: str, before: str) -> None:
    column = line.index("BAD") + 1
    rows = _full(_diagnostic((line,), (1, column), (1, column + 3)))
    assert rows[3] == f"1 | {shown}"
    assert rows[4] == f"  | {' ' * len(before)}^^^"


def test_full_of_wide_characters_themselves() -> None:
    rows = _full(_diagnostic(("x = 日本",), (1, 5), (1, 7)))
    assert rows[4] == "  |     ^^^^"


def test_full_draws_spans_of_several_rows() -> None:
    assert _full(_diagnostic(("x = call(", "  a,", ")", "y"), (1, 5), (3, 2)))[3:] == [
        "1 |   x = call(",
        "  |  _____^",
        "2 | |   a,",
        "3 | | )",
        "  | |_^",
        "4 |   y",
        "",
    ]
    assert _full(_diagnostic(("call(", ")"), (1, 1), (2, 2)))[3:] == ["1 | / call(", "2 | | )", "  | |_^", ""]
    # An end in column 1 covers nothing of its row.
    assert _full(_diagnostic(("call(", "  a)", "y"), (1, 1), (3, 1)))[3:-1] == [
        "1 | / call(",
        "2 | |   a)",
        "  | |____^",
        "3 |   y",
    ]


def test_full_shows_related_places() -> None:
    item = _diagnostic(
        ("client = OpenAI()", "set()"),
        (2, 1),
        (2, 6),
        related=(_related((1, 10), (1, 18)), _related((7, 3), (7, 4), "b.ipynb", 2)),
        fix=Fix("unsafe", "Set it first", ()),
    )
    assert _full(item)[3:] == [
        "1 | client = OpenAI()",
        "  |          -------- built here",
        "2 | set()",
        "  | ^^^^^",
        "  |",
        "note: b.ipynb:cell 2:7:3: built here",
        "help: Set it first",
        "",
    ]


def test_full_cuts_long_lines_around_the_mark() -> None:
    rows = _full(_diagnostic(("a" * 5000 + " BAD " + "b" * 5000,), (1, 5002), (1, 5005)))
    assert max(map(len, rows)) < 200
    assert rows[3].startswith("1 | …a")
    assert rows[3].endswith("b…")
    assert rows[3][rows[4].index("^") :].startswith("BAD")
    assert rows[4].count("^") == 3


def test_full_leaves_out_blank_context_and_aligns_numbers() -> None:
    rows = _full(_diagnostic(("", "a = 1", "bad", ""), (10, 1), (10, 4), first_row=8))
    assert rows[1:] == ["  --> a.py:10:1", "   |", " 9 | a = 1", "10 | bad", "   | ^^^", ""]
    assert _full(_diagnostic((), (1, 1), (1, 1))) == ["OAK203 It was removed.", " --> a.py:1:1", ""]


def test_concise() -> None:
    text = renderer("concise")([_diagnostic(), _diagnostic(filename="n.ipynb", cell=2, message="two\nlines")])
    assert text == "a.py:2:1: OAK203 It was removed.\nn.ipynb:cell 2:2:1: OAK203 two␊lines\n"


def test_grouped() -> None:
    items = [_diagnostic(), _diagnostic(("x",), (12, 10), (12, 11)), _diagnostic(filename="n.ipynb", cell=2)]
    assert renderer("grouped")(items) == (
        "a.py:\n  2:1   OAK203 It was removed.\n  12:10 OAK203 It was removed.\n\n"
        "n.ipynb:\n  cell 2:2:1 OAK203 It was removed.\n\n"
    )


def test_github_escapes_and_maps_notebooks_to_rows_of_the_file() -> None:
    render = renderer("github")
    assert render([_diagnostic()]) == (
        "::error title=oaklint (OAK203),file=a.py,line=2,col=1,endLine=2,endColumn=25::a.py:2:1: OAK203 It was removed.\n"
    )
    assert "file=a%2Cb%3Ac%25.py," in render([_diagnostic(filename="a,b:c%.py")])
    assert render([_diagnostic(message="100%\r\nsure: yes")]).endswith(": OAK203 100%25%0D%0Asure: yes\n")
    notebook = render([_diagnostic(filename="n.ipynb", cell=2, file_row=17)])
    assert notebook.startswith("::error title=oaklint (OAK203),file=n.ipynb,line=17::n.ipynb:cell 2:2:1: ")
    rows = render([_diagnostic(("f(", ")"), (1, 1), (2, 2))])
    assert "line=1,endLine=2::" in rows


def test_json_has_the_field_names_of_ruff() -> None:
    fix = Fix("safe", "Do it", (Edit("new", Location(2, 1), Location(2, 4)),))
    item = _diagnostic(cell=3, file_row=9, filename="日.ipynb", fix=fix, related=(_related((1, 1), (1, 2)),))
    text = renderer("json")([item])
    assert text.isascii()
    (record,) = json.loads(text)
    assert record == {
        "code": "OAK203",
        "name": "removed-api-call",
        "message": "It was removed.",
        "severity": "error",
        "filename": "日.ipynb",
        "cell": 3,
        "location": {"row": 2, "column": 1},
        "end_location": {"row": 2, "column": 25},
        "file_row": 9,
        "noqa_row": 2,
        "fix": {
            "applicability": "safe",
            "message": "Do it",
            "edits": [{"content": "new", "location": {"row": 2, "column": 1}, "end_location": {"row": 2, "column": 4}}],
        },
        "url": item.url,
        "related": [
            {
                "message": "built here",
                "filename": "a.py",
                "cell": None,
                "location": {"row": 1, "column": 1},
                "end_location": {"row": 1, "column": 2},
                "file_row": 1,
            }
        ],
        "confidence": None,
        "fingerprint": None,
    }
    assert set(record) == {field.name for field in fields(Diagnostic)} - {"excerpt", "path", "scope", "sink"}
    assert [json.loads(line) for line in renderer("json-lines")([item, item]).splitlines()] == [record, record]
    assert json.loads(renderer("json")([_diagnostic()]))[0]["fix"] is None


def test_statistics_count_the_most_frequent_first() -> None:
    items = [_diagnostic(code=code) for code in ["OAK401"] + ["OAK203"] * 10 + ["OAK101"]]
    assert statistics.render(items) == (
        "10\tOAK203\tremoved-api-call\n 1\tOAK101\tremoved-api-call\n 1\tOAK401\tremoved-api-call\n"
    )
    assert json.loads(statistics.render_json(items))[0] == {"code": "OAK203", "name": "removed-api-call", "count": 10}
    assert statistics.render([]) == ""
