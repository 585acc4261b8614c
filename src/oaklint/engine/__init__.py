"""The one door to the analysis: a source goes in, diagnostics come out."""

from oaklint.engine.checking import check, check_text
from oaklint.engine.settings import Settings

__all__ = ["Settings", "check", "check_text"]
