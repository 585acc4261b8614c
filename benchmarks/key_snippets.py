"""Labelled snippets of Python, drawn from a seed: some leak a key or a credential, the others only look like it.

The programs stand in `key_templates.txt`: `<K>` where an expression of a value belongs, and `<T>` where its bare text does. What
is put there is marked, and the marks become the labels: rows of a file, cells of a notebook. What two experts would not agree on
is left out. No key is written down: all are put together when this runs.
"""

from __future__ import annotations

import base64
import json
import random
import re
import string
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

ALNUM = string.ascii_letters + string.digits
URL_SAFE = ALNUM + "-_"
HEX = "0123456789abcdef"
MARKER = base64.b64encode(b"OpenAI").decode()
START = "sk" + "-"
BEGIN, END = "\x01", "\x02"  # around a value, until the rows that it stands on are known

T = TypeVar("T")


@dataclass(frozen=True)
class Leak:
    """kind: `key`, known by its structure, or `credential`, by what it is given to. first, last: rows, or cells of a notebook."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Snippet:
    """place, shape, family: where a value stands, the template, what it is. foreign: it holds a secret, but of another kind."""

    name: str
    text: str
    place: str
    shape: str
    family: str
    leaks: tuple[Leak, ...] = ()
    foreign: bool = False


class Draw(random.Random):
    """A source of chance that deals evenly: everything of a sequence comes before anything of it comes again."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._decks: dict[int, list[Any]] = {}

    def deal(self, options: Sequence[T]) -> T:
        deck = self._decks.setdefault(id(options), [])
        if not deck:
            deck.extend(self.sample(options, len(options)))
        dealt: T = deck.pop()
        return dealt

    def text(self, alphabet: str, length: int) -> str:
        return "".join(self.choices(alphabet, k=length))


def _read_templates() -> dict[str, tuple[str, ...]]:
    text = Path(__file__).with_name("key_templates.txt").read_text("utf-8")
    sections = re.split(r"^== (.+)\n", text, flags=re.M)[1:]
    return {name: tuple(body.strip("\n").split("\n--\n")) for name, body in zip(sections[::2], sections[1::2], strict=True)}


TEMPLATES = _read_templates()
HEADS, TAILS = ("", "", *TEMPLATES["heads"]), ("", "", *TEMPLATES["tails"])
NAMES, STEMS = TEMPLATES["names"][0].split(), TEMPLATES["stems"][0].split()


def _sections(kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names and the templates of all sections of a kind."""
    for name, templates in TEMPLATES.items():
        if name.startswith(f"{kind}: "):
            yield name, templates


PLACEHOLDER_TEXTS = {name.removeprefix("placeholder: "): texts[0].split("\n") for name, texts in _sections("placeholder")}


# What a value is: keys by their structure, credentials by where they are put, and what is neither.

Maker = Callable[[Draw], str]
Makers = Sequence[tuple[str, Maker]]


def _halves(prefix: str, alphabet: str, length: int) -> Maker:
    """The last byte of the long kinds is zero, which shows in their last two characters."""

    def make(draw: Draw) -> str:
        first, second = draw.text(alphabet, length), draw.text(alphabet, length)
        if length > 20:
            second = second[:-2] + draw.choice("AEIMQUYcgkosw048") + "A"
        return START + prefix + first + MARKER + second

    return make


def _body(prefix: str, alphabet: str, length: int, end: str = "") -> Maker:
    return lambda draw: START + prefix + draw.text(alphabet, length) + end


def _named(draw: Draw) -> str:
    name = draw.choice(("service-account-name", "ci-runner", "prod-bot", "data-team-2", "staging"))
    return _halves(f"{name}-", ALNUM, 20)(draw)


def _uuid(draw: Draw) -> str:
    return str(uuid.UUID(int=draw.getrandbits(128), version=4))


def _one_of(name: str, draw: Draw) -> str:
    return draw.deal(PLACEHOLDER_TEXTS[name]).replace("<SK>", START)


KEYS: Makers = (
    ("user, 43", _body("", ALNUM, 40)),
    ("user, 51", _halves("", ALNUM, 20)),
    ("user, 51", _halves("", ALNUM, 20)),
    ("project, 56", _halves("proj-", ALNUM, 20)),
    ("project, 132", _halves("proj-", URL_SAFE, 58)),
    ("project, 164", _halves("proj-", URL_SAFE, 74)),
    ("project, 164", _halves("proj-", URL_SAFE, 74)),
    ("project, 164", _halves("proj-", URL_SAFE, 74)),
    ("None, 56", _halves("None-", ALNUM, 20)),
    ("None, 164", _halves("None-", URL_SAFE, 74)),
    ("named service account", _named),
    ("svcacct, 111", _halves("svcacct-", URL_SAFE, 46)),
    ("svcacct, 135", _halves("svcacct-", URL_SAFE, 58)),
    ("svcacct, 167", _halves("svcacct-", URL_SAFE, 74)),
    ("admin, 133", _halves("admin-", URL_SAFE, 58)),
    ("admin, 165", _halves("admin-", URL_SAFE, 74)),
    ("Anthropic", _body("ant-api03-", URL_SAFE, 93, "AA")),
    ("Anthropic admin", _body("ant-admin01-", URL_SAFE, 93, "AA")),
    ("Anthropic OAuth", _body("ant-oat01-", URL_SAFE, 80, "AA")),
    ("OpenRouter", _body("or-v1-", HEX, 64)),
    ("Langfuse", lambda draw: START + "lf-" + _uuid(draw)),
    ("MiniMax", _body("api-", URL_SAFE, 119)),
    ("DeepSeek or Qwen, 32 hex", lambda draw: START + _uuid(draw).replace("-", "")),
    ("DeepSeek or Qwen, 32 hex", _body("", HEX, 32)),
    ("48 letters and digits", _body("", ALNUM, 48)),
)

CREDENTIALS: Makers = (
    ("32 hex (Azure)", lambda draw: draw.text(HEX, 32)),
    ("84 letters and digits (Azure)", lambda draw: draw.text(ALNUM, 84)),
    ("40 letters and digits", lambda draw: draw.text(ALNUM, 40)),
    ("64 hex", lambda draw: draw.text(HEX, 64)),
    ("base64, 44", lambda draw: base64.b64encode(draw.randbytes(32)).decode()),
    ("sk- and 22 (LiteLLM)", _body("", URL_SAFE, 22)),
    ("sk- and 28", _body("", ALNUM, 28)),
    ("sk- and 64", _body("", ALNUM, 64)),
    ("UUID", _uuid),
)

PLACEHOLDERS: Makers = (
    *((name, partial(_one_of, name)) for name in PLACEHOLDER_TEXTS for _ in range(2)),
    ("crossed out", lambda draw: START + draw.choice(("", "proj-", "ant-api03-")) + draw.choice("xX*0•a") * draw.randint(8, 48)),
    ("crossed out, the true length", lambda draw: START + "x" * 20 + MARKER + "x" * 20),
    ("truncated", lambda draw: START + draw.choice(("", "proj-")) + draw.text(ALNUM, draw.randint(2, 6)) + "..."),
    ("truncated", lambda draw: START + "proj-" + draw.text(ALNUM, 4) + draw.choice(("…", "....")) + draw.text(ALNUM, 4)),
    ("one block, repeated", lambda draw: START + draw.choice(("abc123", "deadbeef", "1234567890abcdef")) * draw.randint(3, 4)),
)

# How text is written as an expression: statements before it, and the expression.

Form = Callable[[Draw, str], tuple[str, str]]


def quoted(draw: Draw, text: str) -> str:
    """A literal of `text`, in one of the ways in which people write one."""
    quote = draw.choice(('"', '"', '"', "'", "'"))
    return f"{quote}{text}{quote}"


def _pieces(draw: Draw, text: str, number: int) -> list[str]:
    cuts = [0, *sorted(draw.sample(range(3, len(text) - 3), number - 1)), len(text)]
    return [text[start:stop] for start, stop in pairwise(cuts)]


def _literals(draw: Draw, text: str, number: int) -> list[str]:
    return [quoted(draw, piece) for piece in _pieces(draw, text, number)]


def _names(draw: Draw) -> tuple[str, str]:
    return draw.choice((("prefix", "body"), ("PREFIX", "SUFFIX"), ("part1", "part2"), ("_a", "_b"), ("KEY_HEAD", "KEY_TAIL")))


def _named_pieces(draw: Draw, text: str, expression: str) -> tuple[str, str]:
    """Two constants, and an expression of both: of their names in `{a}` and `{b}`."""
    (a, b), (first, second) = _names(draw), _literals(draw, text, 2)
    return f"{a} = {first}\n{b} = {second}", expression.replace("{a}", a).replace("{b}", b)


def _escaped(text: str, write: str, every: bool) -> str:
    return '"' + "".join(write.format(ord(letter)) if every or n < 3 else letter for n, letter in enumerate(text)) + '"'


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


FORMS: dict[str, tuple[Form, ...]] = {
    "triple quotes, raw, u": (
        lambda draw, text: ("", f'"""{text}"""'),
        lambda draw, text: ("", f'r"{text}"'),
        lambda draw, text: ("", f"u'{text}'"),
        lambda draw, text: ("", f'("{text}")'),
        lambda draw, text: ("", f'f"{text}"'),
    ),
    "bytes": (
        lambda draw, text: ("", f'b"{text}"'),
        lambda draw, text: ("", f"b'{text}'.decode()"),
        lambda draw, text: ("", f'b"{text}".decode("utf-8")'),
        lambda draw, text: ("", f'str(b"{text}", "ascii")'),
    ),
    "implicit concatenation": (
        lambda draw, text: ("", " ".join(_literals(draw, text, 2))),
        lambda draw, text: ("", "(\n    " + "\n    ".join(_literals(draw, text, draw.randint(2, 4))) + "\n)"),
        lambda draw, text: ("", "(" + "\n     ".join(_literals(draw, text, 2)) + ")"),
        lambda draw, text: ("", " \\\n    ".join(_literals(draw, text, 2))),
        lambda draw, text: ("", f'f"{text[:9]}" "{text[9:]}"'),
    ),
    "a string continued on the next line": (lambda draw, text: ("", '"' + "\\\n".join(_pieces(draw, text, 2)) + '"'),),
    "+": (
        lambda draw, text: ("", " + ".join(_literals(draw, text, 2))),
        lambda draw, text: ("", " + ".join(_literals(draw, text, 3))),
        lambda draw, text: ("", "(\n    " + "\n    + ".join(_literals(draw, text, 3)) + "\n)"),
        lambda draw, text: ("", " + \\\n    ".join(_literals(draw, text, 2))),
        lambda draw, text: _named_pieces(draw, text, "{a} + {b}"),
        lambda draw, text: ("", f'"{text[:3]}" + "{text[3:]}"'),
    ),
    "+=": (
        lambda draw, text: ("secret = {}\nsecret += {}".format(*_literals(draw, text, 2)), "secret"),
        lambda draw, text: ("k = {}\nk = k + {}".format(*_literals(draw, text, 2)), "k"),
    ),
    "f-string": (
        lambda draw, text: _named_pieces(draw, text, 'f"{{a}}{{b}}"'),
        lambda draw, text: (f'PREFIX = "{text[:8]}"', f'f"{{PREFIX}}{text[8:]}"'),
        lambda draw, text: (f"body = '{text[3:]}'", f"f'{text[:3]}{{body}}'"),
        lambda draw, text: (f"tail = '{text[-12:]}'", f'f"{text[:-12]}{{tail!s}}"'),
    ),
    "%": (
        lambda draw, text: ("", '"%s%s" % ({}, {})'.format(*_literals(draw, text, 2))),
        lambda draw, text: ("", f'"{text[:3]}%s" % "{text[3:]}"'),
        lambda draw, text: _named_pieces(draw, text, '"%s%s" % ({a}, {b})'),
        lambda draw, text: ("", '"%(a)s%(b)s" % {{"a": {}, "b": {}}}'.format(*_literals(draw, text, 2))),
    ),
    "format": (
        lambda draw, text: ("", '"{{}}{{}}".format({}, {})'.format(*_literals(draw, text, 2))),
        lambda draw, text: ("", f'"{text[:3]}{{}}".format("{text[3:]}")'),
        lambda draw, text: ("", '"{{head}}{{tail}}".format(head={}, tail={})'.format(*_literals(draw, text, 2))),
        lambda draw, text: _named_pieces(draw, text, '"{0}{1}".format({a}, {b})'),
    ),
    "join": (
        lambda draw, text: ("", '"".join([{}])'.format(", ".join(_literals(draw, text, 3)))),
        lambda draw, text: ("", "''.join(({}))".format(", ".join(_literals(draw, text, 2)))),
        lambda draw, text: ("", '"-".join([{}])'.format(", ".join(f'"{piece}"' for piece in text.split("-")))),
        lambda draw, text: ("parts = [\n    {},\n]".format(",\n    ".join(_literals(draw, text, 3))), '"".join(parts)'),
        lambda draw, text: _named_pieces(draw, text, '"".join([{a}, {b}])'),
    ),
    "slice": (
        lambda draw, text: ("", f'"{draw.text(ALNUM, 4)}{text}"[4:]'),
        lambda draw, text: ("", f'"xx{text}xx"[2:-2]'),
        lambda draw, text: ("", f"'{text}#'[:-1]"),
    ),
    "reversed": (
        lambda draw, text: ("", f'"{text[::-1]}"[::-1]'),
        lambda draw, text: (f"backwards = '{text[::-1]}'", "backwards[::-1]"),
        lambda draw, text: ("", f'"".join(reversed("{text[::-1]}"))'),
    ),
    "escapes": (
        lambda draw, text: ("", _escaped(text, "\\x{:02x}", False)),
        lambda draw, text: ("", _escaped(text, "\\x{:02x}", True)),
        lambda draw, text: ("", _escaped(text, "\\u{:04x}", False)),
        lambda draw, text: ("", _escaped(text, "\\{:03o}", False)),
    ),
    "base64": (
        lambda draw, text: ("import base64", f'base64.b64decode("{_base64(text)}").decode()'),
        lambda draw, text: ("from base64 import b64decode", f"b64decode(b'{_base64(text)}').decode('utf-8')"),
        lambda draw, text: (f'import base64\nENCODED = "{_base64(text)}"', 'base64.b64decode(ENCODED).decode("utf-8")'),
        lambda draw, text: ("import base64", f'base64.urlsafe_b64decode("{_base64(text)}".encode()).decode()'),
        lambda draw, text: ("import base64", f'str(base64.standard_b64decode("{_base64(text)}"), "utf-8")'),
    ),
    "hex": (
        lambda draw, text: ("", f'bytes.fromhex("{text.encode().hex()}").decode()'),
        lambda draw, text: (f'HEX = "{text.encode().hex()}"', "bytes.fromhex(HEX).decode('ascii')"),
        lambda draw, text: ("import binascii", f"binascii.unhexlify('{text.encode().hex()}').decode()"),
        lambda draw, text: ("from binascii import unhexlify", f'unhexlify(b"{text.encode().hex()}").decode("utf-8")'),
    ),
    "or, if, :=": (
        lambda draw, text: ("import os", f'os.environ.get("LLM_KEY") or "{text}"'),
        lambda draw, text: ("import os", f'os.getenv("LLM_KEY", None) or {quoted(draw, text)}'),
        lambda draw, text: ("import sys", f'"{text}" if len(sys.argv) < 2 else sys.argv[1]'),
        lambda draw, text: ("", f"(token := {quoted(draw, text)})"),
    ),
    "methods and wrappers": (
        lambda draw, text: ("", f'" {text}\\n".strip()'),
        lambda draw, text: ("", f'"{text.replace("-", "#", 1)}".replace("#", "-")'),
        lambda draw, text: ("from pydantic import SecretStr", f"SecretStr({quoted(draw, text)})"),
        lambda draw, text: ("", f"str({quoted(draw, text)})"),
        lambda draw, text: ("", f'"{text[:20]}" * 1 + "{text[20:]}"'),
    ),
}
NOT_AT_SINKS = ("triple quotes, raw, u", "bytes", "a string continued on the next line", "+=", "escapes", "methods and wrappers")

# How a snippet is put together.


def _fill(template: str, draw: Draw, text: str, form: Form | None = None) -> str:
    """The template with a value in it, marked from where its first piece is written to where it is whole."""
    before, expression = form(draw, text) if form else ("", quoted(draw, text))
    imports, pieces = re.findall(r"\A((?:(?:import|from) .*\n?)*)((?s:.*))", before)[0]
    if pieces:
        head = f"{imports}{BEGIN}{pieces}\n"
    else:
        head, expression = f"{imports}\n" if imports else "", BEGIN + expression
    filled = template.replace("<NAME>", draw.deal(NAMES)).replace("<T>", BEGIN + text + END)
    return head + filled.replace("<K>", expression + END)


def _dressed(draw: Draw, body: str, wrapped: bool = True) -> str:
    """A program among others, maybe in a function or the like, with the indentation and the newlines of one author."""
    movable = "\\\n" not in body and "import *" not in body
    if movable and wrapped and draw.random() < 0.3:
        body = draw.deal(TEMPLATES["wraps"]).replace("<B>", re.sub(r"^(?=.)", "    ", body, flags=re.M))
    if movable:
        indent = draw.choices(("    ", "\t", "  "), (8, 1, 1))[0]
        body = re.sub(r"^(?:    )+", lambda found: indent * (len(found[0]) // 4), body, flags=re.M)
    head, tail = draw.deal(HEADS), draw.deal(TAILS)
    rows = (f"{head}\n" if head else "") + "\n" * draw.randint(0, 2) + f"{body}\n" + (f"\n\n{tail}\n" if tail else "")
    return rows.replace("\n", draw.choices(("\n", "\r\n"), (15, 1))[0])


def _labelled(kind: str, marked: str) -> tuple[str, tuple[Leak, ...]]:
    """The text without its marks, and the rows that they stand on, if they mark leaks of a kind."""
    leaks, first, row = [], 0, 1
    for mark in re.findall(f"[\n{BEGIN}{END}]", marked):
        if mark == "\n":
            row += 1
        elif mark == BEGIN:
            first = row
        elif kind:
            leaks.append(Leak(kind, first, row))
    return re.sub(f"[{BEGIN}{END}]", "", marked), tuple(leaks)


def _random_parts(draw: Draw, text: str) -> str:
    """`text` with `<ALNUM40>` and its kin replaced by random text."""
    alphabets = {"HEX": HEX, "ALNUM": ALNUM, "LOWER": string.ascii_lowercase + string.digits, "DIGIT": string.digits}
    text = text.replace("<MARKER>", MARKER)
    text = re.sub("<UUID>", lambda _: _uuid(draw), text)
    return re.sub(r"<(HEX|ALNUM|LOWER|DIGIT)(\d+)>", lambda found: draw.text(alphabets[found[1]], int(found[2])), text)


def _cell(draw: Draw, template: str, text: str) -> dict[str, object]:
    """A cell: `=> markdown` and `=> raw` begin one that is no code, the others of that kind begin an output."""
    source, *outputs = re.split(r"^=> (\w+)\n", template, flags=re.M)
    if not source:
        cell_type, source = outputs
        return {"cell_type": cell_type, "metadata": {}, "source": _rows(_labelled("", _fill(source, draw, text))[0])}
    shown = [_output(kind, _rows(output.replace("<T>", text))) for kind, output in zip(outputs[::2], outputs[1::2], strict=True)]
    source = _labelled("", _fill(source.rstrip("\n"), draw, text))[0]
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": shown, "source": _rows(source)}


def _rows(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _output(kind: str, rows: list[str]) -> dict[str, object]:
    if kind in ("stdout", "stderr"):
        return {"name": kind, "output_type": "stream", "text": rows}
    if kind == "error":
        name, value = "AuthenticationError", "".join(rows)
        traceback = ["Traceback (most recent call last)", f"\x1b[0;31m{name}\x1b[0m: {value}"]
        return {"ename": name, "evalue": value, "output_type": "error", "traceback": traceback}
    data = {"text/plain": ["<Table>"], "text/html": rows} if kind == "html" else {"text/plain": rows}
    output: dict[str, object] = {"data": data, "metadata": {}, "output_type": "display_data"}
    return output if kind == "display_data" else output | {"output_type": "execute_result", "execution_count": 1}


def _notebook(draw: Draw, place: str, template: str, value: tuple[str, str], kind: str) -> Snippet:
    """A notebook, with other cells around the one that matters; each row of a cell is a row of its JSON."""
    family, text = value
    templates = draw.sample(TEMPLATES["other cells"], draw.randint(0, 3))
    at = draw.randint(0, len(templates))
    templates.insert(at, template)
    cells = [_cell(draw, each, text) for each in templates]
    notebook = {"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
    leaks = (Leak(kind, at + 1, at + 1),) if kind else ()
    return Snippet(".ipynb", json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", place, template, family, leaks)


def _program(
    draw: Draw, place: str, template: str, value: tuple[str, str], kind: str, form: Form | None = None, wrapped: bool = True
) -> Snippet:
    family, text = value
    program, leaks = _labelled(kind, _dressed(draw, _fill(template, draw, text, form), wrapped))
    return Snippet(".py", program, place, template, family, leaks)


def _value(draw: Draw, makers: Makers, plain: bool = False) -> tuple[str, str]:
    """A family and a value of it; a plain one can be cut into pieces and written in any form."""
    while True:
        family, make = draw.deal(makers)
        text = make(draw)
        if not plain or re.fullmatch(r"[A-Za-z0-9-][A-Za-z0-9_-]{12,}", text):
            return family, text


def _in_places(
    draw: Draw, makers: Makers, kind: str, each: int, each_form: int, broken: int, each_notebook: int
) -> Iterator[Snippet]:
    """The numbers: how many of each place, each form, of what does not parse, and of each kind of notebook."""
    for place, templates in _sections("place"):
        for _ in range(each):
            yield _program(draw, place, draw.deal(templates), _value(draw, makers), kind)
    for name, forms in FORMS.items():
        for _ in range(each_form):
            template, value = draw.deal(TEMPLATES["statements"]), _value(draw, makers, plain=True)
            yield _program(draw, f"form: {name}", template, value, kind, draw.deal(forms))
    for _ in range(broken):
        template = draw.deal(TEMPLATES["broken"]).replace("<S>", draw.deal(TEMPLATES["statements that are broken"]))
        yield _program(draw, "does not parse", template, _value(draw, makers), kind, wrapped=False)
    for place, templates in _sections("notebook"):
        for _ in range(each_notebook):
            yield _notebook(draw, place, draw.deal(templates), _value(draw, makers), kind)


def _at_sinks(draw: Draw, makers: Makers, kind: str, each: int, each_flow: int, each_form: int) -> Iterator[Snippet]:
    """The numbers: how many of each sink, each flow to one, and each form at one."""
    for section, number in (("sink", each), ("flow", each_flow)):
        for place, templates in _sections(section):
            for _ in range(number):
                yield _program(draw, place, draw.deal(templates), _value(draw, makers), kind)
    for name, forms in FORMS.items():
        for _ in range(each_form if name not in NOT_AT_SINKS else 0):
            template, value = draw.deal(TEMPLATES["sink: constructor"]), _value(draw, makers, plain=True)
            yield _program(draw, f"form at a sink: {name}", template, value, kind, draw.deal(forms), wrapped=False)


def _harmless(draw: Draw) -> Iterator[Snippet]:
    """What is neither a key nor a placeholder."""
    for section, number in (("harmless", 12), ("foreign", 15)):
        for place, templates in _sections(section):
            for _ in range(number):
                template = draw.deal(templates)
                yield Snippet(".py", _dressed(draw, _random_parts(draw, template)), place, template, "", (), section == "foreign")


def snippets(seed: int) -> list[Snippet]:
    """The labelled set of a seed: of the same size and make-up for each."""
    draw = Draw(seed)
    drawn = [
        *_in_places(draw, KEYS, "key", each=9, each_form=5, broken=24, each_notebook=8),
        *_at_sinks(draw, CREDENTIALS, "credential", each=7, each_flow=5, each_form=2),
        *_in_places(draw, PLACEHOLDERS, "", each=6, each_form=2, broken=8, each_notebook=5),
        *_at_sinks(draw, PLACEHOLDERS, "", each=10, each_flow=5, each_form=1),
        *_harmless(draw),
    ]
    draw.shuffle(drawn)
    return [replace(each, name=f"{number:03}/{draw.choice(STEMS)}{each.name}") for number, each in enumerate(drawn)]
