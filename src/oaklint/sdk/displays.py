"""What shows text to people, or keeps it for them: Python's own means, and those of packages, by qualified names."""

from __future__ import annotations

import re
from typing import Literal

# What becomes of the text.
Shown = Literal["printed", "logged", "shown", "a message on exit", "a warning"]

_LEVELS = "trace|debug|info|success|notice|warning|warn|error|exception|critical|fatal|log"
_STREAMLIT = (
    "write|text|code|markdown|json|info|success|warning|error|caption|title|header|subheader|toast|table|dataframe|metric|latex"
)
_DISPLAYS: dict[Shown, re.Pattern[str]] = {
    "printed": re.compile(
        r"builtins\.print|pprint\.(?:pprint|pp)|rich\.(?:print|print_json|pretty\.pprint|console\.Console\(\)\.(?:print|log|rule))"
        r"|sys\.__?std(?:out|err)__\.write|sys\.std(?:out|err)\.write(?:lines)?|sys\.displayhook"
        r"|click\.(?:echo|secho|echo_via_pager)|typer\.(?:echo|secho)|click\.utils\.echo|tqdm\.(?:\w+\.)?tqdm\.write"
        r"|termcolor\.cprint|icecream\.ic|prompt_toolkit\.(?:shortcuts\.)?print_formatted_text"
        r"|builtins\.(?:input)|getpass\.getpass|click\.(?:prompt|confirm)|typer\.(?:prompt|confirm)"
    ),
    "logged": re.compile(
        rf"logging\.(?:getLogger\(\)\.|Logger\(\)\.|root\.)?(?:{_LEVELS})|loguru\.logger\.(?:{_LEVELS})|absl\.logging\.(?:{_LEVELS})"
        rf"|structlog\.(?:stdlib\.)?get_logger\(\)\.(?:{_LEVELS})|syslog\.syslog|logfire\.(?:{_LEVELS})"
        r"|mlflow\.(?:log_params?|log_dict|log_text|set_tags?)|wandb\.log|wandb\.config\.update"
    ),
    "shown": re.compile(
        rf"(?:IPython\.(?:core\.)?display|builtins)\.display|IPython\.core\.display_functions\.display"
        rf"|streamlit\.(?:sidebar\.)?(?:{_STREAMLIT})|gradio\.(?:Info|Warning|Markdown)|tkinter\.messagebox\.show\w+"
    ),
    "a message on exit": re.compile(r"sys\.exit|builtins\.(?:exit|quit|SystemExit)"),
    "a warning": re.compile(r"warnings\.warn(?:_explicit)?"),
}

# Objects that log, or write to a terminal, where it is not seen what they are, by the last word of their names.
_LOGGERS = re.compile(r"(?:^|_)log(?:ger|ging)?$", re.IGNORECASE)
_LOGGING_METHOD = re.compile(_LEVELS)
_STREAMS = re.compile(r"(?:^|_)std(?:out|err)$")
_CONSOLES = re.compile(r"(?:^|_)console$")

# What they make of text is shown as that text is.
HOLDERS = frozenset(
    {
        *("click.style", "typer.style", "termcolor.colored", "rich.panel.Panel", "rich.text.Text", "rich.markdown.Markdown"),
        *("rich.panel.Panel.fit", "IPython.display.Markdown", "IPython.display.HTML", "IPython.display.Pretty"),
        *("IPython.display.JSON", "IPython.core.display.HTML", "dataclasses.asdict", "dataclasses.astuple"),
        *("attrs.asdict", "attr.asdict"),
    }
)

# Google takes its own keys, and no others, in the URL.
TAKES_OWN_KEYS = re.compile(r"://[\w.-]*\.googleapis\.com\b")

# Functions and clients that send what they are handed as `params` in the URL.
URL_PARAMETERS = re.compile(
    r"(?:requests|httpx|requests\.(?:sessions\.)?[Ss]ession\(\)|httpx\.(?:Async)?Client\(\)|aiohttp\.ClientSession\(\))"
    r"\.(?:get|post|put|patch|delete|head|options|request|stream|build_request)|httpx\.URL|requests\.Request|httpx\.Request"
)


def shown_by(name: str) -> Shown | None:
    """What a function does with its text, by its qualified name."""
    return next((shown for shown, names in _DISPLAYS.items() if names.fullmatch(name)), None)


def shown_by_object(owner: str, method: str) -> Shown | None:
    """What a method does with its text, by the name of an object of which no more is seen: `self.logger.info`."""
    if _LOGGERS.search(owner) and _LOGGING_METHOD.fullmatch(method):
        return "logged"
    if (_STREAMS.search(owner) and method == "write") or (_CONSOLES.search(owner) and method in ("print", "log")):
        return "printed"
    return None
