"""The flake8 door: the diagnostics of the engine, handed to flake8 as it wants them."""

from __future__ import annotations

import ast
import os
from argparse import Namespace
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from oaklint import __version__
from oaklint.diagnostic import Diagnostic
from oaklint.engine import Settings, check_text
from oaklint.engine.project import declared_sdk
from oaklint.engine.screen import may_have_findings
from oaklint.sdk.keys import redact
from oaklint.source import InProject, Modules

if TYPE_CHECKING:
    from flake8.options.manager import OptionManager

INTERNAL_ERROR = "OAK999"


class Plugin:
    """One instance checks one file. Selection and `# noqa` are flake8's own affair.

    lines: the file as flake8 has read it: decoded, no byte order mark, every line end a line feed.
    """

    name = "oaklint"
    version = __version__
    _settings: ClassVar[Settings] = Settings(respect_noqa=False)
    _modules: ClassVar[Modules] = Modules()

    def __init__(self, tree: ast.AST, lines: Sequence[str], filename: str) -> None:
        self._text = "".join(lines)
        self._filename = filename

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        manager.add_option(
            "--oaklint-target-sdk",
            default="auto",
            choices=("auto", "0", "1", "2", "3"),
            parse_from_config=True,
            help="Major version of the OpenAI SDK that the code is meant for; auto reads project and file (default: auto)",
        )
        manager.add_option(
            "--oaklint-allow-marks",
            default=False,
            action="store_true",
            parse_from_config=True,
            help="Let the marks of other scanners of secrets, such as `pragma: allowlist secret`, silence findings of keys",
        )

    @classmethod
    def parse_options(cls, options: Namespace) -> None:
        # flake8 hands options to the class, in every worker anew; each run has one set of them. It drops what it is not to
        # show by itself; but rules that are off by default have to be run where it is told to show them.
        # (What `--enable-extensions` names, flake8 keeps to itself: it is for plugins as a whole.)
        named = tuple(code for code in (*(options.select or ()), *(options.extend_select or ())) if code.startswith("OAK"))
        cls._modules = Modules()
        cls._settings = Settings(
            target_sdk=options.oaklint_target_sdk,
            extend_select=named,
            respect_noqa=False,
            allow_marks=options.oaklint_allow_marks,
        )

    def run(self) -> Iterator[tuple[int, int, str, type[Any]]]:
        """Yields row (1-based), column (0-based, code points), text and type. Never raises: that would end flake8 itself."""
        try:
            diagnostics = self._diagnostics()
        except Exception as error:
            message = redact(f"oaklint failed on {self._filename}: {type(error).__name__}; please report it")
            yield 1, 0, f"{INTERNAL_ERROR} {message}", type(self)
            return
        for diagnostic in diagnostics:
            row, column = diagnostic.location
            yield row, column - 1, f"{diagnostic.code} {diagnostic.message}", type(self)

    def _diagnostics(self) -> list[Diagnostic]:
        # Most files are none of ours; only for the others is the project looked at.
        place = InProject(os.path.abspath(self._filename), self._modules)
        if not may_have_findings(self._text.encode("utf-8", "surrogatepass"), self._filename, self._settings, place):
            return []
        settings = replace(self._settings, declared_sdk=declared_sdk(os.path.dirname(place.path)))
        return check_text(self._filename, self._text, settings, place)
