"""Reading notebooks: cells, what a parser sees of them, saved outputs, and the rows of the JSON file."""

from __future__ import annotations

import ast
import json
import sysconfig
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oaklint.source import LINE_END, Cell, UnreadableSource, read_source
from oaklint.source.ipython import mask

Json = Any


def code_cell(source: Json, *outputs: Json, **more: Json) -> Json:
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "source": source, "outputs": list(outputs), **more}


def notebook(*cells: Json, **metadata: Json) -> Json:
    return {"cells": list(cells), "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def read(value: Json, **dump: Any) -> tuple[Cell, ...]:
    source = read_source("a.ipynb", json.dumps(value, **dump).encode())
    assert source.notebook
    return source.cells


# What stands in a cell, and what the parser sees of it, where `·` stands for a space.
MASKED = {
    "magic": ("%matplotlib inline", "pass··············"),
    "shell": ("!pip install openai  # noqa", "pass·······················"),
    "too short for pass": ("!\n!l\n!ls", "0\n00\n000"),
    "in a block": ("if x:\n    !pip install y\nelse:\n\t!a", "if x:\n    pass··········\nelse:\n\t00"),
    "continued": ("!ls \\\n  it's \\\n\nx = 1", "pass·\n········\n\nx = 1"),
    "continued to the end": ("%cd a \\\r\n", "pass···\r\n"),
    "odd quotes and brackets": ("!echo \"it's (\nx = [\n]", "pass·········\nx = [\n]"),
    "help": ("?openai\nopenai??\nopenai.api_key? \nx[0].y?", "pass···\npass····\npass············\npass···"),
    "autocall": ("/f x\n,f a b\n;f a", "pass\npass··\npass"),
    "assigned": ("x = !ls -l\na, b = %time f()\nx.y[1]: int=!a\nz = !", "x = _·····\na, b = _········\nx.y[1]: int=_·\nz = _"),
    "assigned and continued": ("x = !ls \\\n    b", "x = _····\n·····"),
    "python cell magic": ("\n%%time\nx = 1", "\npass··\nx = 1"),
    "two python cell magics": ("%%capture out\n%%timeit -n 1\nx", "pass·········\npass·········\nx"),
    "line ends": ("!a\r\n!b\rx = 1\n", "00\r\n00\rx = 1\n"),
}
UNTOUCHED = {
    "in a string": 'x = """\n%magic\n!shell\nname?\n/f\n"""\n',
    "in an f-string": 'x = f\'\'\'\n!a {y!r:%d}\n\'\'\'\nz = rb"""\\"""\n%a"""',
    "in brackets": "f(\n  1\n  %(2), {\n  #?(\n  'a'\n  !=b\n}\n)",
    "behind a backslash": "x = 5 \\\n  % y\n",
    "operators": "x %= 3; y = a != b; z = a==-b\ndef f(x=1): ...\nx = y\\\n/2",
    "comment": "# %time?\nx = 1  # what = !ls?\n# why?",
    "annotation": "time: int = 1\nrun = 2\nhistory = [run]",
}
NOT_PYTHON = [
    "%%bash\necho 'x'",
    "# shell\n%%sh\nls",
    "%%capture\n%%html\n<b>",
    "%%",
    "pip install openai",
    "\nls -l\ncd ..",
    "cd /tmp",
]


@pytest.mark.parametrize(("text", "code"), MASKED.values(), ids=MASKED.keys())
def test_ipython_is_masked_by_python_of_the_same_length(text: str, code: str) -> None:
    masked = mask(text)
    assert masked == code.replace("·", " ")
    ast.parse(masked)


@pytest.mark.parametrize("text", UNTOUCHED.values(), ids=UNTOUCHED.keys())
def test_what_only_looks_like_ipython_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", NOT_PYTHON)
def test_cells_in_other_languages_hold_no_python(text: str) -> None:
    assert mask(text) is None


def test_no_valid_python_is_masked() -> None:
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[::4]:
        text = path.read_bytes().decode("utf-8", "replace")
        assert mask(text) == text, path


@given(st.lists(st.sampled_from([*"%!?/,;=x\\'\"([{)]} \t\n\r#", "%%", "'''", "if x:\n ", "time", "\r\n", "é😀"])).map("".join))
def test_masking_never_moves_anything(text: str) -> None:
    masked = mask(text)
    if masked is not None:
        assert [len(row) for row in LINE_END.split(masked)] == [len(row) for row in LINE_END.split(text)]
        assert LINE_END.findall(masked) == LINE_END.findall(text)


SQL = {"vscode": {"languageId": "sql"}}
DATABRICKS = {"application/vnd.databricks.v1+notebook": {"language": "python"}}


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (notebook(code_cell("x"), kernelspec={"language": "python"}), "x"),
        (notebook(code_cell("x"), kernelspec={"language": "R"}), None),
        (notebook(code_cell("x"), language_info={"name": "julia"}, kernelspec={"display_name": "Julia"}), None),
        (notebook(code_cell("x"), language_info={"name": "python"}, kernelspec={"language": "sage"}), "x"),
        (notebook(code_cell("x", metadata=SQL)), None),
        (notebook(code_cell("%sql select 1", metadata={}), **DATABRICKS), None),
        (notebook(code_cell("%sql select 1")), "pass         "),
        ({"worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": ["x"]}]}], "nbformat": 3}, "x"),
        ({"worksheets": [{"cells": [{"cell_type": "code", "language": "ruby", "input": "x"}]}], "nbformat": 3}, None),
    ],
)
def test_only_python_is_given_to_the_parser(value: Json, code: str | None) -> None:
    (cell,) = (each for each in read(value) if each.kind != "metadata")
    assert cell.code == code


def test_cells_and_outputs_come_in_order() -> None:
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": ["one\n", "two"]},
        {"output_type": "display_data", "data": {"image/png": "iVBORw0=", "text/html": "<b>", "text/plain": ["three"]}},
        {"output_type": "error", "ename": "E", "evalue": "", "traceback": ["four", "five\n"]},
        {"output_type": "pyout", "text": ["six"], "png": "iVBORw0="},
        {"output_type": "stream", "text": None},
        None,
    ]
    heading = {
        "cell_type": "markdown",
        "metadata": {},
        "source": ["# %time\n", "text?"],
        "attachments": {"a.png": {"image/png": "iVB"}},
    }
    cells = read(notebook(heading, code_cell("x", *outputs), {"cell_type": "raw", "source": "raw"}, code_cell([])))
    assert [(cell.number, cell.kind, cell.text, cell.code) for cell in cells] == [
        (1, "markdown", "# %time\ntext?", None),
        (2, "code", "x", "x"),
        (2, "output", "one\ntwo\nthree\n<b>\nfour\nfive\nsix\n", None),
        (3, "markdown", "raw", None),
        (4, "code", "", ""),
    ]


sources = st.one_of(
    st.text(alphabet='ab "\\\n\r\t\u2028é😀'),
    st.lists(st.text(alphabet='ab "\\\n\r{}[]:,é😀')),
    st.lists(st.sampled_from(["x = 1\n", "!ls\n", "y"])),
)


@given(
    sources=st.lists(st.tuples(sources, sources), max_size=4),
    indent=st.sampled_from([None, 0, 1, "\t"]),
    ascii_only=st.booleans(),
)
def test_rows_are_those_of_the_json_file(sources: list[tuple[Json, Json]], indent: int | str | None, ascii_only: bool) -> None:
    value = notebook(*(code_cell(source, {"output_type": "stream", "text": output}) for source, output in sources))
    document = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    for text in (document, document.replace("\n", "\r\n"), "\ufeff" + document):
        lines = LINE_END.split(text)
        cells = read_source("a.ipynb", text.encode()).cells
        assert [cell.text for cell in cells if cell.kind == "code"] == ["".join(source) for source, _ in sources]
        for cell in cells:
            for row in range(1, len(cell.lines) + 1):
                content = json.dumps(cell.lines.line(row), ensure_ascii=ascii_only)[1:-1]
                pieces = {json.dumps(char, ensure_ascii=ascii_only)[1:-1] for char in cell.lines.line(row)[:1]}
                line = lines[cell.file_row(row) - 1]
                # A row that is put together from several strings starts in the one that its first character stands in.
                assert content in line or all(piece in line for piece in pieces)


def test_equal_rows_of_different_cells_are_told_apart() -> None:
    value = notebook(code_cell(["x\n", "x\n", "x"]), code_cell("x\nx"), metadata={"cells": ["x"]})
    document = json.dumps(value, indent=1)
    rows = [row for row, line in enumerate(document.split("\n"), 1) if '"x' in line and "cells" not in line][:4]
    first, second = read(value, indent=1)
    assert first.file_rows == tuple(rows[:3])
    assert second.file_rows == (rows[3], rows[3])
    assert read(value)[1].file_rows == (1, 1)


def test_half_surrogates_and_nul_are_no_text() -> None:
    (cell,) = read(notebook(code_cell(["x = '\ud83d", "\ude00\0'"])))
    assert cell.text == "x = '\ufffd\ufffd\ufffd'"


@pytest.mark.parametrize(
    ("document", "message", "row"),
    [
        ("", "Expecting value (JSON)", 1),
        ('{\n"cells":\r\n[,]}', "Expecting value (JSON)", 3),
        ("{} {}", "Extra data (JSON)", 1),
        ("[]", "the top level is not an object", 1),
        ("{}", "it has no cells", 1),
        ('{"cells": null}', "cells is not an array", 1),
        ('{"cells": [1]}', "cell 1 is not an object", 1),
        ('{"cells": [{}]}', "cell 1 has no type", 1),
        (
            '{"cells": [{"cell_type": "raw"}, {"cell_type": "code", "source": [1]}]}',
            "the text of cell 2 is neither a string nor",
            1,
        ),
        ('{"worksheets": [[]]}', "a worksheet is not an object", 1),
        ("[" * 100_000, "its JSON is nested too deeply", 1),
        ('{"cells": ' + "[" * 100_000 + "]" * 100_000 + "}", "its JSON is nested too deeply", 1),
        ('{"cells": [' + "9" * 10_000 + "]}", "its JSON holds a number that is too long", 1),
    ],
)
def test_what_is_no_notebook_is_refused_with_its_place(document: str, message: str, row: int) -> None:
    with pytest.raises(UnreadableSource) as caught:
        read_source("a.ipynb", document.encode())
    assert str(caught.value).startswith(f"the file is no notebook: {message}")
    assert (caught.value.row, caught.value.text) == (row, document)


scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
keys = st.sampled_from(
    ["cells", "worksheets", "cell_type", "source", "input", "outputs", "data", "text", "traceback", "metadata", "vscode", "x"]
)
values = st.recursive(
    scalars | st.just("code"), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)


@given(
    st.one_of(
        values.map(json.dumps), values.map(lambda value: json.dumps({"cells": [value]})), st.text(alphabet='{}[]",:0\\e cells\n')
    )
)
def test_any_text_is_a_notebook_or_refused(document: str) -> None:
    try:
        source = read_source("a.ipynb", document.encode())
    except UnreadableSource:
        return
    assert isinstance(json.loads(document), dict)
    for cell in source.cells:
        assert not cell.file_rows or len(cell.file_rows) == len(cell.lines)
