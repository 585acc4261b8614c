"""The one door to the analysis: a source goes in, diagnostics come out."""

from oaklint.engine.checking import check
from oaklint.engine.settings import Settings

__all__ = ["Settings", "check"]
