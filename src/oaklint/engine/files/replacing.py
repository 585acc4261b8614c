"""Puts new bytes in the place of a file's, all of them or none."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress


class ChangedMeanwhile(OSError):
    """Somebody else has written to the file since it was read."""


def replace_file(path: str, old: bytes, new: bytes) -> None:
    """Gives a file that held `old` the content `new` at one stroke; its mode stays, and a symbolic link goes on pointing to it.

    Raises OSError; then the file is what it was.
    """
    path = os.path.realpath(path)
    mode = os.stat(path).st_mode
    if not os.access(path, os.W_OK):
        raise PermissionError(13, "Permission denied")  # a new file beside it could replace it all the same
    descriptor, beside = tempfile.mkstemp(prefix=".oaklint-", dir=os.path.dirname(path))
    try:
        with open(descriptor, "wb") as file:
            file.write(new)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, mode & 0o7777)
        with open(path, "rb") as file:
            if file.read() != old:
                raise ChangedMeanwhile("the file has changed meanwhile")
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
