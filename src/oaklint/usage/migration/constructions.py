"""How clients are built: the statements that do that, by what is set for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from oaklint.python import cst
from oaklint.python.tree import last_part
from oaklint.sdk.legacy import CURRENT_MODULE_SETTINGS, MODULE_SETTINGS, means_azure, means_token
from oaklint.usage.migration.draft import Draft
from oaklint.usage.migration.homes import Home
from oaklint.usage.migration.names import Names
from oaklint.usage.migration.request_order import RequestOrder
from oaklint.usage.migration.settings import Setting

if TYPE_CHECKING:
    from oaklint.usage.usage import Usage

# In this order they are handed to a client.
_CREDENTIALS = ("api_key", "azure_ad_token", "azure_ad_token_provider")
_ORDER = (*_CREDENTIALS, "organization", "project", "base_url", "azure_endpoint", "api_version")
# What the HTTP client has to be told.
_OF_HTTP = ("proxy", "verify_ssl_certs", "ca_bundle_path", "requestssession", "aiosession")
_WIDTH = 100


class Constructions:
    """Writes them. slots: the variables that settings are kept in until a client is built with them."""

    def __init__(self, usage: Usage, draft: Draft, names: Names, order: RequestOrder) -> None:
        self._usage = usage
        self._draft = draft
        self._names = names
        self._order = order
        self.slots: dict[Setting, str] = {}

    def statements(self, settings: Sequence[Setting], home: Home, at: cst.CSTNode, indentation: str) -> list[str]:
        """The statements that build the client, or both of them, by what is set."""
        is_empty = home.token and home.token not in self.slots.values()
        lines = [f"{home.token} = None"] if is_empty else []
        for is_async, target in zip(home.kinds, home.clients, strict=True):
            arguments = self._arguments(settings, home, is_async=is_async, at=at)
            if target != home.clients[0]:
                arguments = [(name, self._again(name, text, home)) for name, text in arguments]
            comments = self._comments(settings, [name for name, _ in arguments])
            texts = [f"{name}={text}" for name, text in arguments]
            constructor = self.constructor(settings, is_async=is_async, at=at)
            whole = f"{target} = {constructor}({', '.join(texts)})"
            shown = self._draft.unmarked(whole)
            if not comments and (len(indentation) + len(shown) <= _WIDTH or not texts or "\n" in shown):
                lines.append(whole)
            else:
                rows = (f"    {name}={text},{comments.get(name, '')}" for name, text in arguments)
                lines += [f"{target} = {constructor}(", *rows, ")"]
        return lines

    def _comments(self, settings: Sequence[Setting], arguments: Sequence[str]) -> dict[str, str]:
        """What is said of settings at the end of their rows, by the arguments that they become; where each becomes one."""
        said = {}
        for setting in settings:
            with self._draft.or_stop(setting.target):
                if comment := self._draft.editor.comment_behind(setting.statement):
                    said[self._name_of(setting, settings)] = f"  {comment}"
        return said if len(arguments) > 1 and said.keys() <= set(arguments) else {}

    def _name_of(self, setting: Setting, settings: Sequence[Setting]) -> str:
        is_azure, is_token = self.says_azure(settings), self.is_token(settings)
        return self._argument(setting, "x", is_azure=is_azure, is_token=is_token)[0] if setting.name not in _OF_HTTP else ""

    def _again(self, name: str, text: str, home: Home) -> str:
        """What is handed to a second client: a value that is asked for only once is taken from the first."""
        shown = self._draft.unmarked(text)
        is_simple = "(" not in shown or shown.startswith(("os.getenv(", "os.environ"))
        return text if is_simple or name not in ("api_key", "base_url", "organization") else f"{home.sync}.{name}"

    def constructor(self, settings: Sequence[Setting], *, is_async: bool, at: cst.CSTNode) -> str:
        """How the class of a client is written at a place, by what is set for it."""
        return self._names.of_sdk(f"{'Async' if is_async else ''}{'Azure' if self.says_azure(settings) else ''}OpenAI", at)

    # Azure, or not.

    def is_azure(self, home: Home) -> bool:
        """Whether a home has a client of Azure, be it only on one of several ways."""
        return home.is_azure or self.says_azure(home.settings)

    def says_azure(self, settings: Sequence[Setting]) -> bool:
        return any(self._is_azure(setting, settings) for setting in settings if setting.name == "api_type")

    def _is_azure(self, setting: Setting, settings: Sequence[Setting]) -> bool:
        text = self._usage.values.text(setting.value)
        if text is not None:
            return means_azure(text)
        default = self._usage.values.text(_last_argument(setting.value))
        if any(each.name == "api_version" for each in settings) or means_azure(default or ""):
            return True  # only Azure has versions
        self._draft.stop(setting.value, "whether it means Azure cannot be seen")
        return False

    def is_token(self, settings: Sequence[Setting]) -> bool:
        """Whether the key is a token of Azure's directory."""
        kinds = (self._usage.values.text(each.value) for each in settings if each.name == "api_type")
        return any(means_token(kind or "") for kind in kinds)

    # Arguments.

    def _arguments(self, settings: Sequence[Setting], home: Home, *, is_async: bool, at: cst.CSTNode) -> list[tuple[str, str]]:
        """The arguments that a client is built with, each with its name."""
        found: dict[str, str] = {}
        is_azure = self.says_azure(settings)
        if http := self._http_arguments(settings):
            http_client = self._names.of_sdk(f"Default{'Async' if is_async else ''}HttpxClient", at)
            found["http_client"] = f"{http_client}({', '.join(http)})"
        for setting in settings:
            if setting.name in _OF_HTTP:
                continue
            text = self.slots.get(setting) or self._draft.carried(setting.value)
            name, value = self._argument(setting, text, is_azure=is_azure, is_token=self.is_token(settings))
            if name:
                found[name] = value
        if home.token:
            found.pop("azure_ad_token", None)
            found["azure_ad_token_provider"] = f"lambda: {home.token}"
        if is_azure and not {"azure_endpoint", "base_url"} & found.keys():
            self._draft.stop(home.requests[0].node, "the address of the Azure resource is not set here")
        if is_azure and not found.keys() & set(_CREDENTIALS):
            self._draft.stop(home.requests[0].node, "the key of the Azure resource is not set here")
        if self._order.minds_failures:
            found["max_retries"] = "0"
        if is_async and home.outlives_requests and self._order.has_many_loops:
            # No connection of one event loop is used in another: 0.x opened one for each request anyway.
            quote = self._draft.quote_at(at)
            found["default_headers"] = f"{{{quote}Connection{quote}: {quote}close{quote}}}"
        order = [name for name in _ORDER if name in found]
        return [(name, found[name]) for name in (*order, *(name for name in found if name not in order))]

    def _http_arguments(self, settings: Sequence[Setting]) -> list[str]:
        """What the HTTP client has to be told, if anything."""
        found = []
        for setting in settings:
            if setting.name == "verify_ssl_certs" and self._usage.values.value(setting.value) is False:
                found.append("verify=False")
            elif setting.name == "proxy" and (address := self._proxy(setting)) is not None:
                found.append(f"proxy={address}")
            elif setting.name in _OF_HTTP and not self._is_nothing(setting):
                self._draft.stop(setting.target, MODULE_SETTINGS[setting.name].note)
        return found

    def _proxy(self, setting: Setting) -> str | None:
        """How the address of a proxy is written; None for a dict, which 0.x took as well, but for one with an entry for https."""
        value, slot = setting.value, self.slots.get(setting)
        known = self._usage.origins.of(value)
        if (entry := _entry(known, "https")) is not None and slot is None:
            if known is value:
                return self._draft.carried(entry) + self._or_none(entry)
            quote = self._draft.quote_at(value)
            return f"{self._draft.carried(value)}[{quote}https{quote}]{self._or_none(entry)}"
        if isinstance(known, (cst.Dict, cst.DictComp)) or last_part(value).lower().endswith("proxies"):
            return None
        return (slot or self._draft.carried(value)) + self._or_none(value)

    def _or_none(self, value: cst.BaseExpression) -> str:
        """What stands behind a value that may be an empty text, which 0.x took for nothing: `os.getenv("ORG", "") or None`."""
        return " or None" if self._usage.values.text(_last_argument(self._usage.origins.of(value))) == "" else ""

    def _argument(self, setting: Setting, text: str, *, is_azure: bool, is_token: bool) -> tuple[str, str]:
        """The constructor's argument for a setting; an empty name where it takes none."""
        name, known = setting.name, MODULE_SETTINGS.get(setting.name)
        is_nothing = self._draft.unmarked(text) in ("None", "False")
        match name:
            case "api_key" if is_token:
                return "azure_ad_token", text
            case "api_base" if is_azure:
                return "azure_endpoint", text
            case "api_base":
                return "base_url", text
            case "api_key_path" if not is_nothing:
                return "api_key", f"open({text}).read().strip()"
            case "api_version" if is_azure:
                return "api_version", text
            case "api_type" | "api_version" | "enable_telemetry" | "app_info":
                return "", ""
            case "organization" if self._usage.values.text(setting.value) == "" and setting not in self.slots:
                return "", ""
            case "organization":
                return name, text + self._or_none(setting.value)
            case _ if known is not None and is_nothing and not known.kept:
                return "", ""
            case _ if name in CURRENT_MODULE_SETTINGS:
                return name, text
        self._draft.stop(setting.target, known.note if known is not None else f"`openai.{name}` is nothing that openai reads")
        return "", ""

    def _is_nothing(self, setting: Setting) -> bool:
        """Whether a setting says what is so anyway."""
        is_none = isinstance(setting.value, cst.Name) and setting.value.value == "None"
        return is_none or (setting.name == "verify_ssl_certs" and self._usage.values.value(setting.value) is True)


def _entry(value: cst.BaseExpression, key: str) -> cst.BaseExpression | None:
    """The entry of a dictionary that is written down."""
    for element in value.elements if isinstance(value, cst.Dict) else ():
        if isinstance(element, cst.DictElement) and isinstance(element.key, cst.SimpleString):
            if element.key.raw_value == key:
                return element.value
    return None


def _last_argument(node: cst.BaseExpression) -> cst.BaseExpression:
    return node.args[-1].value if isinstance(node, cst.Call) and node.args else node
