"""Everything a check depends on besides the source. A value, handed from the doors down: nothing else configures the engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from oaklint.engine.baseline import Identity

TargetSdk = Literal["auto", "0", "1", "2", "3"]


@dataclass(frozen=True)
class Settings:
    """What to look for, and where not to.

    select, ignore:   rule codes or prefixes of codes (`OAK`, `OAK4`, `OAK401`); the longer prefix wins, and `ignore` wins a draw.
                      An empty `select` means every rule that is on by default.
    extend_select, extend_ignore: added to the two above.
    never:            codes and prefixes that no selection brings back, such as those that are ignored for one file.
    target_sdk:       the major version of the SDK that the code is meant for; "auto" reads the project and the file.
    declared_sdk:     the major versions that the project's own dependency declaration admits; None where it names none.
    respect_noqa:     whether `# noqa` comments silence diagnostics.
    allow_marks:      whether the inline marks of other scanners (`# pragma: allowlist secret`) silence those about keys.
    accepted:         what is left out of the file because its baseline accepts it, and how often.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    extend_ignore: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    target_sdk: TargetSdk = "auto"
    declared_sdk: frozenset[int] | None = None
    respect_noqa: bool = True
    allow_marks: bool = False
    accepted: Mapping[Identity, int] = field(default_factory=dict, compare=False)
