"""Reading Python files: every byte string is either a text or an `UnreadableSource`, and never anything else."""

from __future__ import annotations

import io
import subprocess
import sys
import tokenize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from oaklint.source import LINE_END, LineIndex, Location, UnreadableSource, read_source
from tests.keys import plant

COOKIES = ["utf-8", "UTF_8", "utf-8-sig", "latin-1", "iso-8859-15", "cp1252", "shift_jis", "ascii", "utf-7", "utf-16", "cp037"]
COOKIES += ["rot13", "hex", "idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape", "nonsense"]


def text_of(data: bytes) -> str:
    (cell,) = read_source("a.py", data).cells
    assert cell.code == cell.text
    return cell.text


def failure(data: bytes, name: str = "a.py") -> UnreadableSource:
    with pytest.raises(UnreadableSource) as caught:
        read_source(name, data)
    return caught.value


def test_line_ends_and_form_feeds_stay_and_the_byte_order_mark_goes() -> None:
    assert text_of(b"\xef\xbb\xbfa = 1\r\nb\rc\n\x0cd = '\xc3\xa9'\r\n") == "a = 1\r\nb\rc\n\x0cd = 'é'\r\n"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"# coding: latin-1\n# \xe9\n", "# coding: latin-1\n# é\n"),
        (b"#!/usr/bin/python\r\n# -*- coding: cp1252 -*-\r\n# \x80", "#!/usr/bin/python\r\n# -*- coding: cp1252 -*-\r\n# €"),
        (b"x = 1\n# coding: latin-1\n# \xc3\xa9", "x = 1\n# coding: latin-1\n# é"),
        (b"\n\n# coding: latin-1\n# \xc3\xa9", "\n\n# coding: latin-1\n# é"),
        (b"\xef\xbb\xbf# coding: utf-8\n# \xc3\xa9", "# coding: utf-8\n# é"),
    ],
)
def test_an_encoding_counts_only_where_pep_263_wants_it(data: bytes, text: str) -> None:
    assert text_of(data) == text


@pytest.mark.parametrize(
    ("data", "message", "row"),
    [
        (b"a = 1\r\nb = '\xe9'\n", "its bytes are not valid utf-8 (byte offset 12)", 2),
        (b"\xef\xbb\xbfa\rb\n\xff", "its bytes are not valid utf-8 (byte offset 7)", 3),
        (b"# encoding caf\xe9\n", "its bytes are not valid utf-8 (byte offset 14)", 1),
        (b"a = 1\n\0", "it holds a NUL byte (byte offset 6)", 2),
        (b"# coding: nonsense\n", "it declares an encoding that is unknown or contradicts its byte order mark", 1),
        (b"\xef\xbb\xbf# coding: latin-1\n", "it declares an encoding that is unknown or contradicts its byte order mark", 1),
        (b"# coding: rot13\n", "it declares an encoding that is not one for text", 1),
        (b"# coding: cp037\n", "the encoding that it declares does not fit its bytes", 1),
        (b"# coding: utf-7\n'+2AA-'\n", "the encoding that it declares does not fit its bytes", 1),
    ],
)
def test_what_is_wrong_is_said_with_its_place(data: bytes, message: str, row: int) -> None:
    error = failure(data)
    assert str(error) == f"the file cannot be read: {message}"
    assert error.row == row


def test_the_rest_of_an_unreadable_file_can_still_be_searched() -> None:
    key = plant("<key:openai-project>")
    for data in (
        f"# é\nkey = '{key}'".encode("latin-1"),
        f"key = '{key}'".encode("utf-16"),
        f"key = '{key}'\0".encode(),
        f"# coding: {key}".encode(),
    ):
        error = failure(data)
        assert key in error.text
        assert key not in str(error)


@given(
    head=st.one_of(
        st.binary(max_size=12),
        st.builds(
            "{}coding{}{}\n{}".format,
            st.sampled_from(["# ", "#", "x # ", "\n# ", "\n\n#"]),
            st.sampled_from(":= "),
            st.sampled_from(COOKIES),
            st.text(),
        ).map(lambda text: text.encode("utf-8", "surrogatepass")),
    ),
    tail=st.binary(),
    mark=st.sampled_from([b"", b"\xef\xbb\xbf"]),
)
@example(head=b"# coding: unicode_escape\n", tail=b"'\\ud800'", mark=b"")
def test_every_byte_string_is_read_as_tokenize_reads_it_or_refused(head: bytes, tail: bytes, mark: bytes) -> None:
    data = mark + head + tail
    try:
        text = text_of(data)
    except UnreadableSource:
        return
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    assert text == data.decode(encoding)
    text.encode()


@given(st.text(alphabet="ab\r\n\x0c\u2028é😀"))
def test_offsets_and_locations_are_each_others_inverse(text: str) -> None:
    index = LineIndex(text)
    assert [index.line(row) for row in range(1, len(index) + 1)] == LINE_END.split(text)
    assert [index.offset(index.location(offset)) for offset in range(len(text) + 1)] == list(range(len(text) + 1))
    assert index.location(0) == Location(1, 1)
    assert index.line(len(index) + 1) == ""


def test_reading_a_plain_file_imports_no_json() -> None:
    program = "import sys; from oaklint.source import read_source; read_source('a.py', b'x = 1'); sys.exit('json' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
