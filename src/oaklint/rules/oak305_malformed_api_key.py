"""## What it does
Finds keys that no service can accept as they are handed to the SDK.

- What is no text: bytes, a number, a tuple (by a trailing comma: `key = "...",`), a list, a dictionary, a file, a path, the whole
  `os.environ`, a coroutine that nobody awaits, a member of an `Enum`, pydantic's `SecretStr`, what a store of secrets answers;
  also by names, functions and annotations that say so, and within `str(...)`.
- `Bearer ` in front of the key, quotes around it (also by `repr`, `json.dumps`, and `%env NAME="..."`, which keeps them), blanks
  at its ends or within, line ends, characters beyond ASCII, the whole line of a `.env` file.
- `str(os.getenv("NAME"))` and `f"{os.getenv('NAME')}"`, which are the text `None` where the variable is not set, if nothing has
  made sure that it is.

Not reported are what is right where it stands (`Bearer ` in an Authorization header, a `SecretStr` for LangChain's classes, bytes
for `AzureOpenAI`), what nobody can see, made-up keys for local servers, and placeholders, which are left to
`placeholder-api-key`. A real key with such a flaw is reported twice: here, and by `hardcoded-api-key` or `hardcoded-credential`.

## Why is this bad?
The SDK puts `Bearer ` and the text of whatever it is given into a header, and looks at nothing. Measured on openai 1.109.1,
2.54.0 and 3.57.0: for bytes, numbers, tuples and the like the server gets their `repr`, for a `SecretStr` ten asterisks, for a
member of an `Enum` its name, for `os.environ` every variable in it; for `Bearer ` it gets that twice; quotes and blanks in front
are sent along: `AuthenticationError`, after one request. With a blank or line end behind the key no request is sent and
`APIConnectionError` is raised, and with a character beyond ASCII `UnicodeEncodeError`, which is no error of the SDK.
`os.environ[...] = ` raises `TypeError` for all but text, and so does the first request of `AzureOpenAI`, which takes bytes as
well.

## Example
```python
import os

from openai import OpenAI

client = OpenAI(api_key=f"Bearer {os.environ['OPENAI_API_KEY']}")
client.models.list()
```

Use instead:
```python
import os

from openai import OpenAI

client = OpenAI(api_key=os.environ["OPENAI_API_KEY"])
client.models.list()
```

## Fix safety
Fixes are offered for what stands in the argument itself, or is assigned and used for nothing else (a secret may be).

- Safe, since it never works as it is: `(key,)`, `f"Bearer {key}"`, `"Bearer " + key`, `repr(key)`, `json.dumps(key)` and
  `key.encode()` become `key`.
- Unsafe, since it fails where there is no key: `.get_secret_value()` is called, `str(os.getenv("NAME"))` becomes
  `os.environ["NAME"]`.

There is none for literals, for what takes a decision, and where what is inside is no text, either.

## References
- [Usage of the SDK](https://github.com/openai/openai-python#usage)
- [Secret types of pydantic](https://docs.pydantic.dev/latest/concepts/types/#secret-types)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from oaklint.diagnostic import Severity
from oaklint.python import cst
from oaklint.python.assignments import assigned
from oaklint.python.edits import Editor
from oaklint.python.kinds import COROUTINE, MEMBER, TUPLE
from oaklint.python.sources import Source, Step
from oaklint.python.tree import last_part
from oaklint.python.values import HOLE, UNKNOWN
from oaklint.rules import CREDENTIALS_OF_OPENAI, REACHES_ANYTHING, Finding, Needs, Repair
from oaklint.sdk.keys import is_placeholder
from oaklint.sdk.secrets import SECRET_STR, SECRETS
from oaklint.source import Span
from oaklint.usage import Usage
from oaklint.usage.credentials.sinks import Handover, Sink
from oaklint.usage.repairs import is_fallback

NEEDS: Needs = (*CREDENTIALS_OF_OPENAI, REACHES_ANYTHING)
SEVERITY: Severity = "error"

_KEYS = {"api_key", "openai_api_key", "admin_api_key", "azure_ad_token"}
_VARIABLES = ("environment", "process")
_QUOTES = "\"'`\u2018\u2019\u201c\u201d"
_LINE_OF_FILE = re.compile(r"(?:export\s+)?[A-Z][A-Z_]*(?:KEY|TOKEN)\s*=")
_ENCODERS = {f"base64.{name}" for name in ("b64encode", "standard_b64encode", "urlsafe_b64encode", "b32encode", "b16encode")}
_REFUSED = "the key is refused with AuthenticationError"
_REMEDIES = {
    TUPLE: "Drop the trailing comma, or take the key out of it",
    SECRET_STR: "Call its `.get_secret_value()`",
    COROUTINE: "Await it",
    MEMBER: "Give it the `.value`",
    "bytes": "Decode them",
    "a file": "Read it, and strip what it holds",
    "a path": "Read the file, and strip what it holds",
}


class _Flaw(NamedTuple):
    """What is wrong with a key. inside: the expression for the right key, which the fix puts in its place, if there is one.

    everywhere: whether it fails before a server has its say.
    """

    what: str
    inside: cst.BaseExpression | None = None
    everywhere: bool = False
    fix: str = "safe"


def _visit(node: Handover, usage: Usage) -> Iterator[Finding]:
    for sink in usage.sinks.unconverted(node):
        if sink.kind in ("header", "default", "patch") or (sink.kind not in _VARIABLES and sink.name not in _KEYS):
            continue
        flaw = _flaw(sink, node, usage)
        if flaw is not None and (flaw.everywhere or sink.host != "other" or _is_for_stranger(sink, node, usage)):
            where = _where(sink, usage)
            related = ((sink.value, "here it gets that"),) if not usage.tree.is_own(sink.value) else ()
            yield Finding(where, flaw.what, related=related, fix=partial(_repair, node, sink, flaw, usage))


visit_Call = visit_Assign = visit_AnnAssign = _visit


def visit_Module(root: cst.Module, usage: Usage) -> Iterator[Finding]:
    """What the magics of a notebook set; the first cell speaks for all."""
    for magic in usage.sinks.in_magics() if root is usage.tree.roots[0] else ():
        (cell, start, end), text = magic.span, magic.span.cell.text
        before, behind = text[start - 1 : start], text[end : end + 1]
        if magic.lasts and before in ("'", '"') and before == behind and not is_placeholder(magic.text):
            what = f"{magic.what} is given a key in quotes, which `%env` keeps: they are sent along, and {_REFUSED}. Drop them"
            yield Finding(Span(cell, start - 1, end + 1), what)


def _where(sink: Sink, usage: Usage) -> cst.BaseExpression:
    """Where the key gets its flaw: where it is handed over, if it is only declared elsewhere, or stands in another file."""
    declaration = usage.tree.parents.get(sink.value)
    is_field = isinstance(declaration, cst.AnnAssign) and usage.tree.scopes[declaration].kind == "class"
    is_made_there = usage.kinds.of(sink.value) is None and _kind_of_field(sink.given, usage) is not None
    is_elsewhere = is_field or is_made_there or isinstance(declaration, cst.Param) or not usage.tree.is_own(sink.value)
    return sink.given if is_elsewhere else sink.value


def _flaw(sink: Sink, node: Handover, usage: Usage) -> _Flaw | None:
    if not _is_of_other_package(sink, node, usage) and (kind := _kind(sink, node, usage)) is not None:
        return _of_kind(kind, sink, node, usage)
    return _of_making(sink, usage) or _of_text(sink, usage)


# What is no text.


def _kind(sink: Sink, node: Handover, usage: Usage) -> str | None:
    value = usage.values.value(sink.value)
    # What is empty, and not written here, is there to be tested, or to be replaced by what is declared.
    is_empty = sink.value is not sink.given and not value
    kind = usage.kinds.of(sink.value) if not is_empty else None
    if kind is None and isinstance(sink.given, (cst.Name, cst.Attribute)):
        kind = usage.kinds.declared(sink.given) if is_empty else usage.kinds.of(sink.given)
    kind = kind or _kind_of_field(sink.given, usage) or ("bytes" if _is_read_as_bytes(sink.given, usage) else None)
    if kind == "bytes" and (_is_for_azure(node, usage) or _is_of_bytes(node, usage)):
        return None
    if any(usage.kinds.of(each) != kind for each in _returned_beside(sink.value, usage)):
        return None  # which of them it is, may depend on what the function is told
    is_none = value is None and not is_empty and sink.kind == "environment" and isinstance(node, cst.Assign)
    return "None" if is_none else kind


def _is_read_as_bytes(given: cst.BaseExpression, usage: Usage) -> bool:
    """Whether a key is what a file or a process gives, which are told to give bytes."""
    readings = [reading for _, reading in usage.readings.behind(given)]
    return bool(readings) and all(reading is not None and not reading.is_text for reading in readings)


def _returned_beside(value: cst.BaseExpression, usage: Usage) -> list[cst.BaseExpression]:
    """All that a function returns which returns a value."""
    unit = usage.tree.unit(value)
    returned = [*usage.resolver.returned_values(unit)] if isinstance(unit, cst.FunctionDef) else []
    return returned if value in returned else []


def _kind_of_field(given: cst.BaseExpression, usage: Usage) -> str | None:
    """What a class makes of whatever its attribute is given: an enumeration a member, a model of pydantic's a `SecretStr`."""
    if not isinstance(given, cst.Attribute):
        return None
    if usage.kinds.declared(given) == MEMBER:
        return MEMBER
    return SECRET_STR if _is_made_secret(given, usage) else None


def _is_made_secret(field: cst.Attribute, usage: Usage) -> bool:
    resolver, declared = usage.resolver, usage.resolver.annotations_of(field)
    owners = resolver.definitions.classes(name.removesuffix("()") for name in resolver.names(field.value))
    bases = (base.value for owner in owners for each in resolver.hierarchy.ancestry(owner) for base in each.bases)
    is_model = any(name.startswith("pydantic") for base in bases for name in resolver.names(base))
    kinds = [{name.removesuffix("()") for name in resolver.annotated(each)} <= SECRETS for each in declared]
    return is_model and bool(kinds) and all(kinds)


def _of_kind(kind: str, sink: Sink, node: Handover, usage: Usage) -> _Flaw | None:
    remedy = _REMEDIES.get(kind, "Give it the text of the key")
    if sink.kind in _VARIABLES:
        return _Flaw(f"{sink.what} is set to {kind}, and the environment takes text alone: TypeError. {remedy}", everywhere=True)
    if _is_for_azure(node, usage):
        return _Flaw(
            f"{sink.what} is given {kind}, and its header takes text alone: the first request raises TypeError. {remedy}"
        )
    sent = "ten asterisks are" if kind == SECRET_STR else "its name is" if kind == MEMBER else "its `repr` is"
    what = f"{sink.what} is given {kind}: {sent} sent as the key, and refused with AuthenticationError. {remedy}"
    elements = sink.value.elements if kind == TUPLE and isinstance(sink.value, cst.Tuple) else ()
    if len(elements) == 1 and isinstance(elements[0], cst.Element):
        return _Flaw(what, inside=elements[0].value)
    if kind == SECRET_STR:
        return _Flaw(what, fix="secret")
    is_encoding = isinstance(sink.value, cst.Call) and isinstance(sink.value.func, cst.Attribute)
    if kind == "bytes" and is_encoding and sink.value.func.attr.value == "encode":  # type: ignore[attr-defined]
        return _Flaw(what, inside=sink.value.func.value)  # type: ignore[attr-defined]
    return _Flaw(what)


def _is_for_azure(node: Handover, usage: Usage) -> bool:
    construction = usage.constructions.of(node) if isinstance(node, cst.Call) else None
    return construction is not None and "Azure" in construction.constructor.name


def _is_of_bytes(node: Handover, usage: Usage) -> bool:
    """Whether it is `os.environb`, or `os.putenv`, which take bytes."""
    if isinstance(node, cst.Call):
        return "os.putenv" in usage.resolver.names(node.func)
    targets = (target for target, _ in assigned(node) if isinstance(target, cst.Subscript))
    return any(last_part(target.value) == "environb" for target in targets)


def _is_of_other_package(sink: Sink, node: Handover, usage: Usage) -> bool:
    """Whether it is an argument of another package's class, which has its own types for keys."""
    if sink.kind != "argument" or not isinstance(node, cst.Call) or usage.constructions.of(node) is not None:
        return False
    return not (isinstance(node.func, cst.Attribute) and usage.clients.is_client(node.func.value))


# What is made of the key.


def _of_making(sink: Sink, usage: Usage) -> _Flaw | None:
    """What `str`, `repr` and the like make of something, and f-strings with nothing else in them."""
    value = sink.value
    inside, is_quoted = None, False
    if isinstance(value, cst.Call) and len(value.args) == 1 and not value.args[0].star:
        names = usage.resolver.names(value.func)
        is_quoted = bool(names & {"builtins.repr", "builtins.ascii", "json.dumps"})
        inside = value.args[0].value if is_quoted or "builtins.str" in names else None
    elif isinstance(value, cst.FormattedString) and len(value.parts) == 1:
        part = value.parts[0]
        if isinstance(part, cst.FormattedStringExpression) and part.format_spec is None:
            inside, is_quoted = part.expression, part.conversion == "r"
    if (template := _template(value)) is not None and usage.values.text(template) in ("%s", "{}", "{0}"):
        inside = next(iter(usage.texts.parts(value)), None)
    if inside is None:
        return _of_encoding(sink, usage)
    if is_quoted:
        return _Flaw(f"{sink.what} is given the key with quotes around it, and {_REFUSED}. Give it the key itself", inside)
    if (kind := usage.kinds.of(inside)) is not None and kind not in ("a number", "a path"):
        return _Flaw(
            f"{sink.what} is given what `str` makes of {kind}, and {_REFUSED}. {_REMEDIES.get(kind, 'Take the key out of it')}"
        )
    absence = usage.absences.of(inside)
    if absence is None:
        return None
    where = f"if `{absence.variable}` is not set" if absence.variable is not None else "if there is none"
    return _Flaw(
        f"{sink.what} is given the text `None` {where}, and that is sent as the key: AuthenticationError. Hand on the key as it"
        " is, and fail where there is none",
        inside=absence.where if absence.where is inside and absence.variable is not None else None,
        fix="environ",
    )


def _template(value: cst.BaseExpression) -> cst.BaseExpression | None:
    """`"%s"` in `"%s" % key`, `"{}"` in `"{}".format(key)`"""
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Modulo):
        return value.left
    func = value.func if isinstance(value, cst.Call) else None
    return func.value if isinstance(func, cst.Attribute) and func.attr.value == "format" else None


def _of_encoding(sink: Sink, usage: Usage) -> _Flaw | None:
    """`base64.b64encode(key.encode()).decode()`"""
    value = sink.value
    decoded = value.func.value if isinstance(value, cst.Call) and isinstance(value.func, cst.Attribute) else None
    is_decoding = isinstance(decoded, cst.Call) and value.func.attr.value == "decode"  # type: ignore[attr-defined]
    if not is_decoding or sink.host != "openai" or not usage.resolver.names(decoded.func) & _ENCODERS:  # type: ignore[union-attr]
        return None
    return _Flaw(f"{sink.what} is given the key in another encoding, and {_REFUSED}. Give it the key itself")


# What stands in its text.


def _of_text(sink: Sink, usage: Usage) -> _Flaw | None:
    text = usage.values.fold(sink.value)
    if not isinstance(text, str) or not text.strip() or not text.replace(HOLE, ""):
        return None
    is_literal = HOLE not in text
    if is_literal and is_placeholder(text):
        return None  # reported as such
    if not text.isascii():
        what = (
            f"{sink.what} is given a key with characters beyond ASCII, which no header can hold: UnicodeEncodeError. Remove them"
        )
        return _Flaw(what, everywhere=True)
    if text != text.rstrip() or any(end in text for end in "\r\n"):
        what = "a blank or line end behind it, with which no header can be sent: APIConnectionError"
        return _Flaw(f"{sink.what} is given a key with {what}. Remove it", everywhere=True)
    if is_literal and sink.host == "other":
        return None  # made up
    if text.lower().startswith("bearer "):
        what = "`Bearer ` in front of the key, which the SDK puts there by itself"
        return _Flaw(
            f"{sink.what} is given {what}: it is sent twice, and {_REFUSED}. Give it the key alone", _behind(sink.value, usage)
        )
    if len(text) > 2 and text[0] in _QUOTES and text[-1] in _QUOTES:
        return _Flaw(
            f"{sink.what} is given a key in quotes, which are sent along, and {_REFUSED}. Drop them", _behind(sink.value, usage)
        )
    if _LINE_OF_FILE.match(text):
        return _Flaw(f"{sink.what} is given the name of the variable, too, and {_REFUSED}. Give it what stands behind the `=`")
    if text != text.lstrip() or (text.startswith("sk-") and " " in text):
        return _Flaw(f"{sink.what} is given a key with a blank in it, which is sent along, and {_REFUSED}. Remove it")
    return None


def _behind(value: cst.BaseExpression, usage: Usage) -> cst.BaseExpression | None:
    """The key itself, in `f"Bearer {key}"`, `f'"{key}"'` and `"Bearer " + key`."""
    if isinstance(value, cst.FormattedString):
        holes = [part for part in value.parts if isinstance(part, cst.FormattedStringExpression)]
        texts = [part.value.strip("\\ ") for part in value.parts if isinstance(part, cst.FormattedStringText)]
        is_plain = len(holes) == 1 and holes[0].conversion is None and holes[0].format_spec is None
        known = all(text.lower() == "bearer" or text in _QUOTES for text in texts)
        return holes[0].expression if is_plain and known else None
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        left = usage.values.text(value.left)
        return value.right if left is not None and left.lower() == "bearer " else None
    return None


def _is_for_stranger(sink: Sink, node: Handover, usage: Usage) -> bool:
    """Whether a key for another host is for one that looks at keys: none that is near."""
    if not isinstance(node, cst.Call) or usage.values.value(sink.value) is not UNKNOWN:
        return False
    addresses = (value for name, value in usage.entries.of_call(node) if name == "base_url")
    return any(True for address in addresses for _ in usage.hosts.strangers(address))


# The fixes.


def _repair(node: Handover, sink: Sink, flaw: _Flaw, usage: Usage, editor: Editor) -> Repair | None:
    if not usage.tree.is_own(sink.value):
        return None
    alone = _for_this_alone(node, sink, usage)
    # What is taken out of a secret leaves the secret as it is.
    if (sink.given if flaw.fix == "secret" else sink.value) not in alone:
        return None
    if flaw.fix == "secret":
        if not isinstance(sink.given, (cst.Name, cst.Attribute)):
            return None
        taken = f"{editor.text(sink.given)}.get_secret_value()"
        return Repair("unsafe", "Take the key out of it", (editor.replace_whole(sink.given, taken),))
    if flaw.inside is None:
        return None
    if flaw.fix == "environ":
        assert isinstance(flaw.inside, cst.Call)
        if is_fallback(sink.value, usage):
            return None
        environ = editor.reference("os.environ", sink.value)
        text = f"{environ.text}[{editor.text_outside(flaw.inside.args[0].value, sink.value)}]"
        return Repair("unsafe", "Fail where the variable is not set", (*environ.changes, editor.replace_whole(sink.value, text)))
    left = _flaw(sink._replace(value=flaw.inside, given=flaw.inside), node, usage)
    if left is not None and left.inside is None:
        return None  # what is inside is no key, either
    return Repair("safe", "Hand on the key alone", (editor.replace_by(sink.value, flaw.inside),))


def _for_this_alone(node: Handover, sink: Sink, usage: Usage) -> list[cst.BaseExpression]:
    """What is handed over, and the value behind it, if that is a name with this one, as far as they are of no other use."""
    way: tuple[Step, ...] = ()
    if sink.value is not sink.given:
        bindings = usage.resolver.bindings(sink.given) if isinstance(sink.given, cst.Name) else []
        if len(bindings) != 1 or bindings[0].value is not sink.value:
            return []
        way = (Step(sink.given, bindings[0]),)
    return usage.sharing.alone(node, Source(sink.value, way))
