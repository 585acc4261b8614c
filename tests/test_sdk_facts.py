"""The tables of `oaklint.sdk` agree with themselves, and with the SDKs that they speak of."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from oaklint.sdk import clients, exceptions, legacy
from oaklint.sdk.clients import CONSTRUCTORS, is_request_path, is_sent_on_enter
from oaklint.sdk.exceptions import catches_authentication_error, exception_ancestors, exception_name, exception_names
from oaklint.sdk.exports import LEGACY_EXPORTS, STAR_EXPORTS
from tests.proofs.environments import Environment


def test_there_are_fifteen_legacy_classes_with_167_methods() -> None:
    calls = [call for cls in legacy.LEGACY_CLASSES for call in legacy.legacy_methods(cls)]
    assert (len(legacy.LEGACY_CLASSES), len(calls)) == (15, 167)
    assert sum(call.successor is not None for call in calls) == 68
    assert len({call.name for call in calls}) == 167
    for call in calls:
        assert legacy.legacy_method(call.cls, call.method) == call
        assert (call.successor is None) == (call.change == "removed")
        assert call.successor or call.note
        if call.successor:
            assert is_request_path(call.successor.split("."))


def test_looks_up_legacy_methods() -> None:
    create = legacy.legacy_method("ChatCompletion", "create")
    assert create is not None
    assert (create.successor, create.is_async, create.name) == ("chat.completions.create", False, "openai.ChatCompletion.create")
    twin = legacy.legacy_method("ChatCompletion", "acreate")
    assert twin is not None
    assert (twin.successor, twin.is_async) == ("chat.completions.create", True)
    assert legacy.legacy_method("Image", "create_edit") is not None
    assert legacy.legacy_method("ChatCompletion", "acreated") is None
    assert legacy.legacy_method("FineTuningJob", "alist_events") is None
    assert legacy.legacy_method("OpenAI", "create") is None


def test_surviving_errors_have_themselves_as_successor() -> None:
    for name, successor in legacy.REMOVED_ERRORS.items():
        assert (name in legacy.SURVIVING_ERRORS) == (successor.name == f"openai.{name}")
        if successor.name:
            assert exception_name(successor.name, 3) == successor.name


def test_what_else_is_named_for_removed_errors() -> None:
    more = [*legacy.NARROWER.values(), *legacy.DECLARED_AS.values(), *legacy.APART_FROM_API_ERROR]
    for name in (*more, *(each for names in legacy.ALSO_CAUGHT.values() for each in names)):
        assert exception_name(name, 3) == name
    assert {*legacy.ALSO_CAUGHT, *legacy.NARROWER, *legacy.DECLARED_AS, *legacy.PLAIN_ERRORS} <= legacy.REMOVED_ERRORS.keys()
    assert all("openai.APIError" in exception_ancestors(name, 3) for name in legacy.APART_FROM_API_ERROR)
    assert legacy.ERROR_ATTRIBUTES.keys() >= legacy.TELLING_ERROR_ATTRIBUTES | legacy.NEVER_ERROR_ATTRIBUTES


def test_settings_that_are_kept_are_current() -> None:
    for name, setting in legacy.MODULE_SETTINGS.items():
        assert (name in legacy.CURRENT_MODULE_SETTINGS) == setting.kept


def test_what_catches_an_authentication_error() -> None:
    assert catches_authentication_error("openai.error.OpenAIError", 0) is True
    assert catches_authentication_error("openai.OpenAIError", 0) is True
    assert catches_authentication_error("openai.APIError", 0) is False
    assert catches_authentication_error("openai.error.APIError", 0) is False
    assert catches_authentication_error("openai.AuthenticationError", 0) is None
    for generation in (1, 2, 3):
        for name in ("AuthenticationError", "APIStatusError", "APIError", "OpenAIError"):
            assert catches_authentication_error(f"openai.{name}", generation) is True
            assert catches_authentication_error(f"openai._exceptions.{name}", generation) is True
        for name in ("APIConnectionError", "RateLimitError", "PermissionDeniedError", "InvalidWebhookSignatureError"):
            assert catches_authentication_error(f"openai.{name}", generation) is False
        assert catches_authentication_error("openai.error.AuthenticationError", generation) is None
    for generation in exceptions.GENERATIONS:
        assert catches_authentication_error("Exception", generation) is True
        assert catches_authentication_error("builtins.BaseException", generation) is True
        assert catches_authentication_error("ValueError", generation) is False
        assert catches_authentication_error("httpx.HTTPError", generation) is None
        assert catches_authentication_error("print", generation) is None
        assert exceptions.authentication_error(generation) in exception_names(generation)
    with pytest.raises(KeyError):
        exception_ancestors("openai.Timeout", 3)


@pytest.mark.parametrize(
    ("path", "sends", "on_enter"),
    [
        ("chat.completions.create", True, False),
        ("beta.chat.completions.parse", True, False),
        ("chat.completions.with_raw_response.create", True, False),
        ("with_options.models.list", True, False),
        ("with_streaming_response.chat.completions.create", True, True),
        ("chat.completions.with_streaming_response.create", True, True),
        ("responses.stream", True, True),
        ("realtime.connect", True, True),
        ("beta.threads.messages.list", True, False),
        ("vector_stores.files.upload_and_poll", True, False),
        ("admin.organization.usage.embeddings", True, False),
        ("post", True, False),
        ("chat.completions", False, False),
        ("chat", False, False),
        ("with_options", False, False),
        ("copy", False, False),
        ("close", False, False),
        ("webhooks.unwrap", False, False),
        ("webhooks.verify_signature", False, False),
        ("api_key", False, False),
        ("base_url.join", False, False),
        ("", False, False),
    ],
)
def test_request_paths(path: str, sends: bool, on_enter: bool) -> None:
    names = path.split(".") if path else []
    assert (is_request_path(names), is_sent_on_enter(names)) == (sends, on_enter)


def test_what_keeps_the_environment_from_being_read() -> None:
    openai, azure = CONSTRUCTORS["openai.OpenAI"], CONSTRUCTORS["openai.AzureOpenAI"]
    assert openai.reads_environment("OPENAI_API_KEY")
    assert not openai.reads_environment("OPENAI_API_KEY", frozenset({"api_key"}))
    assert openai.reads_environment("OPENAI_BASE_URL", frozenset({"api_key"}))
    assert not openai.reads_environment("OPENAI_ADMIN_KEY", generation=1)
    assert not azure.reads_environment("OPENAI_API_KEY")
    assert azure.reads_environment("AZURE_OPENAI_AD_TOKEN", frozenset({"api_key"}), generation=2)
    assert not azure.reads_environment("AZURE_OPENAI_AD_TOKEN", frozenset({"api_key"}), generation=3)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.openai.com/v1", "api.openai.com"),
        ("HTTPS://user@EU.API.openai.com:443", "eu.api.openai.com"),
        ("http://[::1]:8080/v1", "::1"),
        ("http://localhost:11434/v1", "localhost"),
        ("https://api.openai.com.evil.example/v1", "api.openai.com.evil.example"),
        ("https://evil.example/?https://api.openai.com", "evil.example"),
        ("api.openai.com/v1", None),
        ("", None),
    ],
)
def test_hosts(url: str, host: str | None) -> None:
    assert clients.url_host(url) == host
    assert clients.is_openai_host(host or "") == (host in {"api.openai.com", "eu.api.openai.com"})
    assert clients.is_local_host(host or "x.example") == (host in {"::1", "localhost"})


# Against the real packages

CURRENT = pytest.mark.parametrize("environment", ["1", "2", "3"], indirect=True)
LEGACY = pytest.mark.parametrize("environment", ["0"], indirect=True)


def ask(environment: Environment, program: str) -> Any:
    """What a program printed as JSON, run with no key and no settings around it."""
    command = [str(environment.python), "-I", "-W", "ignore", "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"OPENAI_API_KEY": "fake"}, timeout=120)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@LEGACY
def test_legacy_methods_are_those_of_the_package(environment: Environment) -> None:
    # Dict methods and a handful of attributes that every object of 0.x carries are no calls of the API.
    methods = ask(
        environment,
        """if True:
        import inspect, json, openai
        from openai.openai_object import OpenAIObject
        print(json.dumps({
            name: [method for method in dir(cls) if not method.startswith("_") and not hasattr(OpenAIObject, method)
                   and callable(getattr(cls, method))]
            for name, cls in vars(openai).items() if inspect.isclass(cls) and issubclass(cls, OpenAIObject)}))
        """,
    )
    assert set(methods) == legacy.LEGACY_CLASSES
    for cls, names in methods.items():
        missing = set(names) - {call.method for call in legacy.legacy_methods(cls)}
        assert not missing, cls


@LEGACY
def test_legacy_calls_exist(environment: Environment) -> None:
    names = [call.name for cls in legacy.LEGACY_CLASSES for call in legacy.legacy_methods(cls)]
    names += [f"openai.{name}" for name in legacy.MODULE_SETTINGS]
    names += [f"openai.error.{name}" for name in legacy.REMOVED_ERRORS]
    names += [f"openai.{name}" for name in exceptions.TOP_LEVEL_0]
    program = f"""if True:
        import json, openai, openai.error, operator
        def exists(name):
            try:
                operator.attrgetter(name.removeprefix("openai."))(openai)
            except AttributeError:
                return False
            return True
        print(json.dumps([name for name in {names!r} if not exists(name)]))
        """
    assert ask(environment, program) == []


EXCEPTIONS = """if True:
    import importlib, inspect, json, openai
    spaces = {"openai." + n: importlib.import_module("openai." + n) for n in %r}
    spaces["openai"] = openai
    found = {}
    for space, module in spaces.items():
        for name, value in list(vars(module).items()):
            if not (inspect.isclass(value) and issubclass(value, BaseException)) or value.__module__ == "builtins":
                continue
            if not space.startswith("openai.lib.") or value.__module__ == space:
                found[space + "." + name] = [c.__name__ for c in value.__mro__ if issubclass(c, BaseException)]
    print(json.dumps(found))
    """


@LEGACY
def test_legacy_exceptions_are_those_of_the_package(environment: Environment) -> None:
    found = ask(environment, EXCEPTIONS % (["error"],))
    check_exceptions(found, 0)
    assert {name for name in found if name.count(".") == 1} == {f"openai.{name}" for name in exceptions.TOP_LEVEL_0}


@CURRENT
def test_exceptions_are_those_of_the_package(environment: Environment) -> None:
    check_exceptions(ask(environment, EXCEPTIONS % (["_exceptions", "lib._old_api", "lib.azure"],)), int(environment.name))


def check_exceptions(found: dict[str, list[str]], generation: int) -> None:
    for name, bases in found.items():
        assert [base.rpartition(".")[2] for base in exception_ancestors(name, generation)] == bases
    assert {exception_name(name, generation) for name in found} == exception_names(generation)


@CURRENT
def test_the_legacy_surface_is_gone(environment: Environment) -> None:
    classes, modules = sorted(legacy.LEGACY_CLASSES), sorted(legacy.REMOVED_SUBMODULES)
    program = f"""if True:
        import importlib, json, openai
        wrong = []
        for name in {classes!r}:
            try:
                getattr(openai, name).create()
                wrong.append(name)
            except openai.lib._old_api.APIRemovedInV1:
                pass
        for name in {modules!r}:
            try:
                importlib.import_module("openai." + name)
                wrong.append(name)
            except ModuleNotFoundError:
                pass
        errors = {sorted(legacy.REMOVED_ERRORS)!r}
        is_error = lambda value: isinstance(value, type) and issubclass(value, Exception)
        surviving = [name for name in errors if is_error(getattr(openai, name, None))]
        print(json.dumps([wrong, surviving]))
        """
    assert ask(environment, program) == [[], sorted(legacy.SURVIVING_ERRORS)]


RESOURCES = """if True:
    import json, openai
    from openai._resource import SyncAPIResource
    found = []
    def walk(value, path):
        for name in set(dir(type(value))) | set(vars(value)):
            if name.startswith("_") or name.startswith("with_"):
                continue
            child = getattr(value, name)
            if isinstance(child, SyncAPIResource):
                walk(child, [*path, name])
            elif callable(child):
                found.append([*path, name])
    walk(openai.OpenAI(api_key="fake"), [])
    print(json.dumps(found))
    """


@CURRENT
def test_every_method_of_a_client_is_known(environment: Environment) -> None:
    paths = ask(environment, RESOURCES)
    assert len(paths) > 100
    silent = [path for path in paths if not is_request_path(path)]
    assert {path[-1] for path in silent} <= clients.METHODS_WITHOUT_REQUEST | {"qs", "custom_auth"}
    assert ["chat", "completions", "create"] in paths
    successors = {call.successor for cls in legacy.LEGACY_CLASSES for call in legacy.legacy_methods(cls) if call.successor}
    assert {tuple(successor.split(".")) for successor in successors} <= {tuple(path) for path in paths}


@CURRENT
def test_no_request_takes_an_argument_that_is_gone(environment: Environment) -> None:
    """Nor does what took the place of a method of 0.x take those of its own."""
    program = RESOURCES.replace("found.append([*path, name])", "found.append([[*path, name], list(signature(child).parameters)])")
    taken = {
        tuple(path): set(names)
        for path, names in ask(environment, program.replace("import", "from inspect import signature; import", 1))
    }
    gone = legacy.removed_arguments().keys()
    assert {path for path, names in taken.items() if names & gone and len(path) > 1 and is_request_path(path)} == set()
    for call in (call for cls in legacy.CLASS_ARGUMENTS for call in legacy.legacy_methods(cls)):
        if call.successor is not None:
            names = taken.get(tuple(call.successor.split(".")), set())
            assert not names & (legacy.removed_arguments(call).keys() - {"model"}), call.name


@CURRENT
def test_some_methods_send_on_enter(environment: Environment) -> None:
    """Calls everything that is said to wait for `with`, on a transport that counts, with any arguments that it requires."""
    lazy = [path for path in ask(environment, RESOURCES) if is_sent_on_enter(path)]
    program = (
        RESOURCES.replace("print(json.dumps(found))", "")
        + f"""
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx
    import inspect, operator
    sent = []
    def answer(request):
        sent.append(str(request.url))
        return httpx.Response(401, json={{"error": {{"message": "no"}}}})
    client = openai.OpenAI(api_key="fake", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    outcomes = {{}}
    for path in found:
        for passage in ([], ["with_streaming_response"]):
            lazy = path in {lazy!r} or bool(passage)
            if path[:-1] and lazy and (not passage or path == ["models", "list"]):
                method = operator.attrgetter(".".join([*path[:-1], *passage, path[-1]]))(client)
                required = [p.name for p in inspect.signature(method).parameters.values()
                            if p.default is p.empty and p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD)]
                before = len(sent)
                try:
                    method(**dict.fromkeys(required, "x"))
                except Exception as error:
                    if isinstance(error, openai.APIError):
                        sent.append("raised")
                outcomes[".".join([*path[:-1], *passage, path[-1]])] = len(sent) - before
    print(json.dumps(outcomes))
    """
    )
    outcomes = ask(environment, program)
    assert "models.with_streaming_response.list" in outcomes
    assert len(outcomes) > 5
    assert {path for path, requests in outcomes.items() if requests} == set()


@CURRENT
def test_constructors_read_what_the_table_says(environment: Environment) -> None:
    """Constructs every client with a spy in the place of the environment, without and with each argument."""
    program = """if True:
        import collections.abc, json, os, openai
        class Spy(collections.abc.MutableMapping):
            def __init__(self, values): self.values_, self.read = values, set()
            def __getitem__(self, name): self.read.add(name); return self.values_[name]
            def __setitem__(self, name, value): self.values_[name] = value
            def __delitem__(self, name): del self.values_[name]
            def __iter__(self): return iter(self.values_)
            def __len__(self): return len(self.values_)
            def items(self): return self.values_.items()  # the HTTP client looks for proxies
        arguments = {"api_key": "k", "base_url": "https://x.example", "organization": "o", "project": "p", "webhook_secret": "w",
                     "admin_api_key": "a", "azure_ad_token": "t", "azure_endpoint": "https://x.example", "api_version": "v"}
        outcome = {}
        for cls in ("OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI"):
            for given in ([], *([name] for name in arguments)):
                values = {"OPENAI_API_KEY": "k", "OPENAI_API_VERSION": "v"}
                if "Azure" in cls:
                    values |= {"AZURE_OPENAI_AD_TOKEN" if given == ["azure_ad_token"] else "AZURE_OPENAI_API_KEY": "k"}
                    if given != ["base_url"]:
                        values |= {"AZURE_OPENAI_ENDPOINT": "https://x.example"}
                real, os.environ = os.environ, Spy(values)
                try:
                    getattr(openai, cls)(**{name: arguments[name] for name in given})
                    outcome[cls + " " + "".join(given)] = sorted(os.environ.read)
                except TypeError:
                    pass  # this generation has no such argument
                finally:
                    os.environ = real
        print(json.dumps(outcome))
        """
    generation = int(environment.name)
    outcome = ask(environment, program)
    assert len(outcome) > 20
    for case, read in outcome.items():
        cls, _, argument = case.partition(" ")
        constructor = CONSTRUCTORS[f"openai.{cls}"]
        # AzureOpenAI looks at the key only where it finds no token.
        names = {name for name in read if name.startswith(("OPENAI_", "AZURE_"))}
        given = frozenset({argument} - {""})
        said = {
            name for name in constructor.environment_names(generation) if constructor.reads_environment(name, given, generation)
        }
        assert names == said, case


@CURRENT
def test_aliases_and_regions(environment: Environment) -> None:
    names = sorted(CONSTRUCTORS)
    program = f"""if True:
        import importlib, json, openai
        found = {{}}
        for name in {names!r}:
            module, _, last = name.rpartition(".")
            try:
                value = getattr(importlib.import_module(module), last)
            except (ImportError, AttributeError):
                continue
            found[name] = value.__name__
        try:
            from openai import _data_residency
            hosts = [v for t in vars(_data_residency).values() if isinstance(t, dict) for v in t.values() if isinstance(v, str)]
        except ImportError:
            hosts = []
        print(json.dumps([found, [h for h in hosts if h.startswith("https://")]]))
        """
    found, urls = ask(environment, program)
    missing = {name for name in names if name not in found}
    assert all("Bedrock" in name for name in missing)
    assert environment.name == "1" or not missing
    assert all(CONSTRUCTORS[name].name == cls for name, cls in found.items())
    assert all(clients.is_openai_host(clients.url_host(url) or "") for url in urls)
    assert environment.name != "3" or urls


# What several credentials for Azure, by their ranks, send to a server on this machine.
SENT_FOR_AZURE = """if True:
    import itertools, json, threading
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from openai import AzureOpenAI

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            sent.append([self.headers.get("authorization"), self.headers.get("api-key")])
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(b'{"data": []}')
        def log_message(self, *_): pass

    sent, by_choice = [], {}
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given = {"azure_ad_token": "token", "azure_ad_token_provider": lambda: "provider", "api_key": "key"}
    for names in (*itertools.combinations(given, 2), tuple(given)):
        client = AzureOpenAI(azure_endpoint=f"http://127.0.0.1:{server.server_port}", api_version="v", max_retries=0,
                             **{name: given[name] for name in names})
        client.models.list()
        by_choice[" ".join(names)] = sent.pop()
    print(json.dumps(by_choice))
"""


@pytest.mark.parametrize("environment", ["1", "2"], indirect=True)
def test_credentials_for_azure_are_sent_by_rank(environment: Environment) -> None:
    shown = {"azure_ad_token": "Bearer token", "azure_ad_token_provider": "Bearer provider", "api_key": None}
    for names, (authorization, key) in ask(environment, SENT_FOR_AZURE).items():
        given = names.split()
        first = min(given, key=clients.CREDENTIALS_BY_RANK.index)
        is_beside = environment.name == "2" and set(given) == clients.SENT_TOGETHER
        assert (authorization, key) == (shown[first], "key" if is_beside else None)


def star_import(environment: Environment, package: str) -> set[str]:
    """What a star import brings in, apart from names such as `__version__`."""
    program = f"import json; names = {{}}; exec('from {package} import *', names); print(json.dumps(list(names)))"
    return {name for name in ask(environment, program) if not name.startswith("__")}


@CURRENT
def test_star_imports(environment: Environment) -> None:
    exported, said = star_import(environment, "openai"), STAR_EXPORTS["openai"] - LEGACY_EXPORTS
    assert exported <= said
    assert environment.name != "3" or said == exported


@pytest.mark.parametrize("environment", ["0"], indirect=True)
def test_star_import_of_0_28_1(environment: Environment) -> None:
    classes = {name for name in star_import(environment, "openai") if name[0].isupper()}
    assert classes - {"APIError", "OpenAIError"} == LEGACY_EXPORTS
    assert STAR_EXPORTS["openai.error"] == star_import(environment, "openai.error")


@pytest.mark.parametrize("environment", ["3"], indirect=True)
@pytest.mark.parametrize("package", sorted(STAR_EXPORTS.keys() - {"openai", "openai.error"}))
def test_star_imports_of_other_libraries(environment: Environment, package: str) -> None:
    no_longer = {"RETRY_COUNTER"} if package == "stamina" else set()
    assert STAR_EXPORTS[package] - no_longer == star_import(environment, package)
