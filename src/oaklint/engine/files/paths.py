"""How a path is shown."""

from __future__ import annotations

import os


def display_name(path: str, directory: str) -> str:
    """An absolute path as users know it: relative if it lies below the directory they stand in."""
    prefix = directory.rstrip(os.sep) + os.sep
    return path.removeprefix(prefix) or "."
