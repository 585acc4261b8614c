"""What a rule cannot fire without, told from the bytes of a file before anything is parsed.

Needs are groups of needles: every group must be present with at least one of its needles. A needle is text, or a pattern for text
that is written in more than one way. They are looked for in the order in which they stand, so the rarest group goes first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, TypeAlias

from oaklint.sdk.wrappers import WRAPPERS


class Pattern(NamedTuple):
    """A regular expression over the bytes of a file, and text that is in everything it matches and is looked for first."""

    text: bytes
    expression: bytes

    def is_in(self, data: bytes) -> bool:
        return self.text in data and _compiled(self.expression).search(data) is not None


@cache
def _compiled(expression: bytes) -> re.Pattern[bytes]:
    return re.compile(expression)


class Reach(NamedTuple):
    """A pattern that may also stand in a module of the same project which the file imports, directly or by so many steps. Rules
    with such a need look into these modules.
    """

    pattern: Pattern
    steps: int = 1


Needs: TypeAlias = tuple[tuple[str | Pattern | Reach, ...], ...]

# The SDK, or a package with its name in it, comes into a program by an import statement (that may go on behind a backslash), or
# by its name in quotes.
IMPORTS_OPENAI = Pattern(b"openai", rb"""\b(?:import|from)\b(?:[^\r\n]*\\\r?\n){0,3}[^\r\n]*openai|["']openai["']""")
# For rules that follow what the project's own modules define: a client, a function that asks, a retry decorator. In most
# projects that use the SDK nearly every file reaches it by two steps: that is for rules which few files can concern.
REACHES_OPENAI = Reach(IMPORTS_OPENAI)
REACHES_OPENAI_FAR = Reach(IMPORTS_OPENAI, steps=2)
# A loop, or the clause that keeps it going, may stand in another module than the request.
_EXCEPT = Pattern(b"except", rb"\bexcept\b")
REACHES_EXCEPT = Reach(_EXCEPT)
REACHES_EXCEPT_FAR = Reach(_EXCEPT, steps=2)
# The class may have got another name in another module.
REACHES_AUTHENTICATION_ERROR = Reach(Pattern(b"AuthenticationError", rb"AuthenticationError"))
# A client that is handed in, and is called what it is: `openai_client.embeddings.create`.
NAMES_CLIENT = Pattern(b"openai", rb"\bopenai\w*\.\w+\.\w")

# A credential on its way to OpenAI: whose it is, by its name or by packages that hand it on and do not say so; what it goes by;
# and what makes it more than a mention.
IMPORTS_WRAPPER = Pattern(
    b"import", rb"\b(?:import|from)\b(?:[^\r\n]*\\\r?\n){0,3}[^\r\n]*(?<![\w.])(?:%b)\b" % "|".join(WRAPPERS).encode()
)
_SILENT = ("litellm", "dspy", "crewai", "instructor", "init_chat_model", "autogen", "open_ai", "AzureProvider", "tracing_")
# For rules that follow a literal which may stand in a module of the project.
REACHES_TEXT = tuple(Reach(Pattern(quote, quote)) for quote in (b'"', b"'"))
# For rules that follow values, whatever the modules of the project say of them.
REACHES_ANYTHING = (Reach(Pattern(b"", b"")),)
CREDENTIALS_OF_OPENAI: Needs = (
    ("openai", "OpenAI", "OPENAI", "BEDROCK", "azure.com", *_SILENT),
    ("_key", "_KEY", "_token", "_TOKEN", "-key", "-Key", "-KEY", "uthorization", "AUTHORIZATION", "webhook_secret"),
    ("OPENAI", "BEDROCK", "BaseSettings", "openai.com", "azure.com", IMPORTS_OPENAI, IMPORTS_WRAPPER),
)
