"""What a project has accepted: the findings that it had when its baseline was written. All others are new.

A key is known by its fingerprint: a new one is new wherever it stands, and one that was moved is not. Everything else is known by
its place: the file, and the function or class that it stands in. Of its text there is not even a hash, from which a weak secret
could be guessed; a fingerprint is made of more random bits than anybody can try.
"""

from __future__ import annotations

import json
import os
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from oaklint.diagnostic import Diagnostic
from oaklint.engine.configuration.configurations import ConfigurationError
from oaklint.sdk.redaction import redact

VERSION = 1


class Identity(NamedTuple):
    """What makes a finding the same one as before, in its file: either its fingerprint, or its scope and sink."""

    code: str
    fingerprint: str = ""
    scope: str = ""
    sink: str = ""

    @classmethod
    def of(cls, item: Diagnostic) -> Identity:
        if item.fingerprint is not None:
            return cls(item.code, item.fingerprint)
        return cls(item.code, scope=_shown(item.scope), sink=item.sink)


Counts = Counter[Identity]


class Comparison(NamedTuple):
    """What came of holding findings against a baseline.

    new, accepted: the findings by the path of their file. gone: how many were accepted that are no longer there.
    """

    new: Mapping[str, Sequence[Diagnostic]]
    accepted: Mapping[str, Counts]
    gone: int


@dataclass(frozen=True)
class Baseline:
    """How often each finding is accepted, by files: their paths are relative to the folder of the baseline, with slashes."""

    folder: str
    accepted: Mapping[str, Counts]

    @classmethod
    def of(cls, file: str, findings: Mapping[str, Sequence[Diagnostic]]) -> Baseline:
        """The baseline that accepts these findings, by the absolute paths of their files. file: its own absolute path."""
        accepted = defaultdict[str, Counts](Counter)
        folder = os.path.realpath(os.path.dirname(file))
        for path, items in findings.items():
            if items:
                accepted[_stored(path, folder)].update(map(Identity.of, items))
        return cls(folder, accepted)

    @classmethod
    def read(cls, file: str, name: str) -> Baseline:
        """The baseline in a file (absolute), called by its name in the error if it cannot be used.

        Raises ConfigurationError.
        """
        try:
            with open(file, encoding="utf-8-sig") as stream:
                content = json.load(stream)
        except FileNotFoundError:
            raise ConfigurationError(f"{name}: there is no such baseline; `oaklint baseline` writes one") from None
        except OSError as error:
            raise ConfigurationError(f"{name}: {error.strerror}") from None
        except (ValueError, RecursionError) as error:
            where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
            raise ConfigurationError(f"{name}: not a baseline: not valid JSON{where}") from None
        if not isinstance(content, dict) or "version" not in content:
            raise ConfigurationError(f"{name}: not a baseline")
        if content["version"] != VERSION:
            raise ConfigurationError(
                f"{name}: not a baseline of version {VERSION}, which this oaklint reads; `oaklint baseline` writes it anew"
            )
        try:
            accepted = {path: Counter(dict(map(_entry, entries))) for path, entries in content["findings"].items()}
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ConfigurationError(f"{name}: not a baseline: its findings are damaged") from None
        return cls(os.path.realpath(os.path.dirname(file)), accepted)

    @property
    def text(self) -> str:
        """The content of its file: one line for each finding, always in the same order."""
        files = []
        for path, counts in sorted(self.accepted.items()):
            entries = ",\n".join(f"      {_json(_record(*item))}" for item in sorted(counts.items()))
            files.append(f"    {_json(path)}: [\n{entries}\n    ]")
        findings = "{\n" + ",\n".join(files) + "\n  }" if files else "{}"
        return f'{{\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'

    def compare(self, findings: Mapping[str, Sequence[Diagnostic]], checked: Mapping[str, Collection[str]]) -> Comparison:
        """Tells the new findings from the accepted ones.

        findings: by the absolute paths of their files, in the order of the text.
        checked:  the files that were checked (absolute paths), with the codes of the rules that they were checked for.
        """
        left = {path: counts.copy() for path, counts in self.accepted.items()}
        accepted = defaultdict[str, Counts](Counter)
        unknown = []
        for path, items in findings.items():
            here = left.get(_stored(path, self.folder), Counter())
            rest = list(beyond(here, items))
            accepted[path] = Counter(map(Identity.of, items)) - Counter(map(Identity.of, rest))
            here.subtract(accepted[path])
            unknown += [(path, item) for item in rest]
        gone = self._gone(left, checked)
        new = defaultdict[str, list[Diagnostic]](list)
        for path, item in unknown:
            identity = Identity.of(item)
            if identity.fingerprint and gone[identity]:  # it was moved from where it is gone
                gone[identity] -= 1
                accepted[path][identity] += 1
            else:
                new[path].append(item)
        return Comparison(new, accepted, gone.total())

    def _gone(self, left: Mapping[str, Counts], checked: Mapping[str, Collection[str]]) -> Counts:
        """What of that which is left over was looked for in vain: in a checked file, or in one that is no longer there."""
        looked_for = {_stored(path, self.folder): codes for path, codes in checked.items()}
        everywhere = frozenset[str]().union(*looked_for.values())
        gone = Counts()
        for path, counts in left.items():
            codes = looked_for.get(path)
            if codes is None:
                codes = everywhere if self._is_missing(path) else ()
            gone.update({identity: count for identity, count in counts.items() if identity.code in codes})
        return gone

    def _is_missing(self, path: str) -> bool:
        # A path of which something is covered may stand for any.
        return "*" not in path and not os.path.exists(os.path.join(self.folder, path))


def beyond(accepted: Mapping[Identity, int], items: Sequence[Diagnostic]) -> Iterator[Diagnostic]:
    """The diagnostics of a file that are more than those accepted there: of several alike the last ones."""
    left = Counter(accepted)
    for item in items:
        identity = Identity.of(item)
        if left[identity] > 0:
            left[identity] -= 1
        else:
            yield item


def _stored(path: str, folder: str) -> str:
    """An absolute path as it stands in a baseline."""
    parent, name = os.path.split(path)
    path = os.path.join(_real(parent), name)
    with suppress(ValueError):  # on another drive there is no way from the one to the other
        path = os.path.relpath(path, folder)
    return _shown(path.replace(os.sep, "/"))


@cache
def _real(folder: str) -> str:
    return os.path.realpath(folder)


def _shown(text: str) -> str:
    """A text as it may be shown in quotes: covered when it is written, it must be covered when it is compared, too."""
    return redact(f'"{text}"')[1:-1]


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _record(identity: Identity, count: int) -> dict[str, object]:
    return {**{name: value for name, value in identity._asdict().items() if value}, "count": count}


def _entry(record: Any) -> tuple[Identity, int]:
    """What `_record` has made a record of. Raises KeyError, TypeError or ValueError for anything else."""
    values = {name: value for name, value in record.items() if name != "count"}
    count = record["count"]
    if not all(isinstance(value, str) for value in values.values()) or type(count) is not int or count < 1:
        raise ValueError
    return Identity(**values), count
