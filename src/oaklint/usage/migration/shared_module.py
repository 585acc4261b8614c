"""The module `openai` as the client of all files that run in one process: what do they set it to, and will it do?"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.usage.migration.elsewhere import Elsewhere
from oaklint.usage.migration.settings import LATER, Settings

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# The arguments of a client of Azure that the module has as attributes.
_OF_AZURE = ("api_key", "api_version", "azure_endpoint")
# What the module as a client reads each time it is asked, by its names in 0.x or today's.
_READ = {*LATER, "api_type", "api_version", "azure_endpoint"}


class SharedModule:
    """Knows what this file and others set of it."""

    def __init__(self, usage: Usage, settings: Settings) -> None:
        self._usage = usage
        self._settings = settings
        self._elsewhere = Elsewhere(usage)

    @cached_property
    def fits(self) -> bool:
        """Whether it can be given all that is set."""
        if not self._names <= _READ:
            return False
        if not self.is_azure:
            return self._types <= {"open_ai", "openai"} and "api_version" not in self._names
        return self._types == {"azure"} and self._is_complete

    @property
    def is_azure(self) -> bool:
        """Whether it asks Azure, be it only on some ways."""
        return "azure" in self._types

    @property
    def is_always_azure(self) -> bool:
        """Whether it asks Azure on all ways."""
        own = (isinstance(each.block, cst.Module) for each in self._settings.all if each.name == "api_type")
        return self.is_azure and all(own) and not self._elsewhere.may_set_type

    @property
    def arguments(self) -> list[str]:
        """The arguments of a client that it has been set to, by which it is asked for them as well."""
        return list(_OF_AZURE) if self.is_azure else sorted({LATER[name] for name in self._names if name in LATER})

    @property
    def is_setup(self) -> bool:
        """Whether this file sets it up for others that make requests."""
        return bool(self._settings.all) and self.fits and self._elsewhere.requester is not None

    @property
    def setter(self) -> str | None:
        """The name of another file that sets it up; None if there is none."""
        return self._elsewhere.setter

    @property
    def user(self) -> str | None:
        """The name of another file that makes requests with what this one sets, or sets the key that this one does not set; None
        if there is none.
        """
        sets_key = any(setting.name.startswith("api_key") for setting in self._settings.all)
        return self._elsewhere.dependent or (None if sets_key else self._elsewhere.setter_of_key)

    @property
    def without_requests(self) -> str:
        """Why what is set in a file that makes no request is left alone."""
        asking = self._elsewhere.requester
        return (
            f"{asking} makes requests with it, and sees no client of this file"
            if asking
            else "no request is made here: who makes them?"
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        """What is set of it."""
        return self._elsewhere.set_by_others | {setting.name for setting in self._settings.all}

    @cached_property
    def _types(self) -> set[str]:
        """What `openai.api_type` is set to; an empty text where that cannot be seen."""
        own = (self._usage.values.text(each.value) or "" for each in self._settings.all if each.name == "api_type")
        return {*own, *self._elsewhere.types_of_module}

    @property
    def _is_complete(self) -> bool:
        """Whether it is told all of Azure, and each address where it is told that it is Azure's, or behind that."""
        blocks = [each.block for each in self._settings.all if each.name == "api_type"]
        addresses = (each.block for each in self._settings.all if each.name == "api_base")
        is_certain = not blocks or any(isinstance(block, cst.Module) for block in blocks)
        is_told = {"api_key", "api_version"} <= self._names and bool({"api_base", "azure_endpoint"} & self._names)
        return is_told and (is_certain or all(any(block is each for each in blocks) for block in addresses))
