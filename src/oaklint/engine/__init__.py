"""The one door to the analysis: a source goes in, diagnostics, or repaired bytes, come out."""

from oaklint.engine.checking import check, check_text
from oaklint.engine.fixing import Fixed, fix
from oaklint.engine.settings import Settings

__all__ = ["Fixed", "Settings", "check", "check_text", "fix"]
