"""What `sdk/legacy.py` and `sdk/clients.py` say is gone, or has another name: held against the real packages."""

from __future__ import annotations

import pytest

from oaklint.sdk import legacy
from tests.proofs.environments import Environment
from tests.test_sdk_facts import CURRENT, LEGACY, ask

# An error of status 401, as `raised`: made by an answer that no network is needed for.
RAISED = """if True:
    import json, openai
    try:
        import httpx2 as httpx
    except ImportError:
        import httpx
    def answer(request):
        body = {"error": {"message": "no", "type": "t", "param": None, "code": "c"}}
        return httpx.Response(401, json=body, headers={"openai-organization": "o"})
    client = openai.OpenAI(api_key="fake", http_client=httpx.Client(transport=httpx.MockTransport(answer)))
    try:
        client.models.list()
    except openai.APIStatusError as error:
        raised = error
    """


@LEGACY
def test_the_tables_speak_of_the_legacy_package(environment: Environment) -> None:
    program = f"""if True:
        import contextlib, importlib, inspect, io, json, openai
        from openai.api_requestor import APIRequestor
        from openai.openai_object import OpenAIObject
        # Each attribute is that of one of these two at least.
        errors, wrong = [openai.error.APIConnectionError("no"), openai.error.SignatureVerificationError("no", "header")], []
        names = {sorted(legacy.ERROR_ATTRIBUTES.keys() - {"error_type"})!r}
        wrong += [name for name in names if not any(hasattr(error, name) for error in errors)]
        wrong += [name for name in {sorted(legacy.RESPONSE_METHODS)!r} if not callable(getattr(OpenAIObject(), name, None))]
        for name in {sorted(legacy.REMOVED_SUBMODULES)!r}:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    importlib.import_module("openai." + name)
            except ModuleNotFoundError as missing:
                if (missing.name or "").startswith("openai"):
                    wrong.append(name)
            except ImportError:
                pass  # it is there, and wants numpy or pandas
        source = inspect.getsource(openai)
        wrong += [name for name in {sorted(legacy.REMOVED_ENVIRONMENT)!r} if name not in source]
        print(json.dumps(wrong))
        """
    assert ask(environment, program) == []


@LEGACY
def test_the_legacy_package_took_the_arguments(environment: Environment) -> None:
    """They are not sent with the rest: a stand-in for the requestor prints what is."""
    program = f"""if True:
        import json, openai
        from openai.api_resources.abstract import engine_api_resource
        sent = []
        class Requestor:
            def __init__(self, *arguments, **named): pass
            def request(self, method, url, params, **named):
                sent.append(params)
                return openai.openai_response.OpenAIResponse({{}}, {{}}), False, ""
        engine_api_resource.api_requestor.APIRequestor = Requestor
        values = {{"api_type": "openai", "headers": {{}}}}
        for name in {sorted(legacy.CALL_ARGUMENTS)!r}:
            openai.ChatCompletion.create(model="m", messages=[], **{{name: values.get(name, "x")}})
        print(json.dumps(sent))
        """
    sent = ask(environment, program)
    assert sent == [{"model": "m", "messages": []}] * len(legacy.CALL_ARGUMENTS)


@CURRENT
def test_attributes_of_errors(environment: Environment) -> None:
    successors = sorted({successor.name for successor in legacy.ERROR_ATTRIBUTES.values() if successor.name})
    program = f"""{RAISED}
    import operator
    for name in {successors!r}:
        operator.attrgetter(name)(raised)
    print(json.dumps([[name for name in {sorted(legacy.ERROR_ATTRIBUTES)!r} if hasattr(raised, name)],
                      raised.response.headers["openai-organization"], raised.body["message"]]))
    """
    assert ask(environment, program) == [[], "o", "no"]


@CURRENT
def test_arguments_of_calls(environment: Environment) -> None:
    successors = sorted({successor.name for successor in legacy.CALL_ARGUMENTS.values() if successor.name})
    per_client = sorted(name for name, successor in legacy.CALL_ARGUMENTS.items() if not successor.name)
    program = f"""if True:
        import inspect, json, openai
        client, wrong = openai.OpenAI(api_key="fake"), []
        for resource in (client.chat.completions, client.completions, client.embeddings):
            taken = inspect.signature(resource.create).parameters
            wrong += [name for name in {sorted(legacy.CALL_ARGUMENTS)!r} if name in taken]
            wrong += [name for name in {successors!r} if name not in taken]
        try:
            client.chat.completions.create(model="m", messages=[], engine="e")
            wrong.append("no TypeError")
        except TypeError:
            pass
        azure = inspect.signature(openai.AzureOpenAI).parameters
        plain = inspect.signature(client.with_options).parameters
        print(json.dumps([wrong, [name for name in {per_client!r} if name in azure], [name for name in {per_client!r} if name in plain],
                          {{"base_url", "timeout"}} <= plain.keys(), {{"azure_endpoint", "azure_deployment"}} <= azure.keys()]))
        """
    on_azure = ["api_key", "api_version", "organization"]
    assert ask(environment, program) == [[], on_azure, ["api_key", "organization"], True, True]


@CURRENT
def test_methods_of_answers(environment: Environment) -> None:
    successors = [successor.name for successor in legacy.RESPONSE_METHODS.values() if successor.name != "getattr"]
    program = f"""if True:
        import json
        from openai.types.chat import ChatCompletion
        answer = ChatCompletion.construct(id="x")
        print(json.dumps([[name for name in {sorted(legacy.RESPONSE_METHODS)!r} if hasattr(answer, name)],
                          [name for name in {successors!r} if not callable(eval("answer." + name))]]))
        """
    assert ask(environment, program) == [[], []]


@CURRENT
def test_constructors_take_what_was_set(environment: Environment) -> None:
    program = f"""if True:
        import inspect, json, openai
        wrong = []
        for setting, name in {[(name, setting.client) for name, setting in legacy.MODULE_SETTINGS.items() if setting.client]!r}:
            if name not in inspect.signature(openai.OpenAI).parameters:
                wrong.append(setting)
        print(json.dumps(wrong))
        """
    assert ask(environment, program) == []


# By the setting, a value and how the module's client shows that it has taken it. `bedrock_token_provider` is never called here.
TAKEN = {
    "api_key": ("'k'", "client.api_key"),
    "organization": ("'o'", "client.organization"),
    "project": ("'p'", "client.project"),
    "webhook_secret": ("'w'", "client.webhook_secret"),
    "admin_api_key": ("'a'", "client.admin_api_key"),
    "base_url": ("'https://x.example/v1/'", "str(client.base_url)"),
    "timeout": ("5.0", "client.timeout"),
    "max_retries": ("7", "client.max_retries"),
    "default_headers": ("{'X-H': 'h'}", "{'X-H': client.default_headers['X-H']}"),
    "default_query": ("{'q': '1'}", "client.default_query"),
    "http_client": ("httpx.Client()", "client._client"),
    "api_type": ("'azure'", "'azure' if isinstance(client, openai.AzureOpenAI) else None"),
    "azure_endpoint": ("'https://x.example'", "str(client.base_url).removesuffix('/openai/')"),
    "api_version": ("'v'", "client._api_version"),
    "azure_ad_token": ("'t'", "client._azure_ad_token"),
    "azure_ad_token_provider": ("print", "client._azure_ad_token_provider"),
}


@CURRENT
@pytest.mark.parametrize("setting", sorted(TAKEN))
def test_what_the_module_client_reads(environment: Environment, setting: str) -> None:
    on_azure = setting.startswith(("azure", "api_type", "api_version"))
    others = {"api_type": "'azure'", "azure_endpoint": "'https://x.example'", "api_version": "'v'"} if on_azure else {}
    if setting not in {"azure_ad_token", "azure_ad_token_provider"}:
        others["api_key"] = "'k'"
    value, shown = TAKEN[setting]
    settings = "; ".join(f"openai.{name} = {text}" for name, text in {**others, setting: value}.items())
    program = f"""if True:
        import json, openai, os
        try:
            import httpx2 as httpx
        except ImportError:
            import httpx
        del os.environ["OPENAI_API_KEY"]
        {settings}
        client = openai.models._client
        print(json.dumps(openai.{setting} == ({shown})))
        """
    if environment.name == "1" and setting == "admin_api_key":
        program = "import json, openai; print(json.dumps(not hasattr(openai, 'admin_api_key')))"
    assert ask(environment, program) is True


def test_each_setting_of_the_module_client_is_tried() -> None:
    assert TAKEN.keys() == legacy.CURRENT_MODULE_SETTINGS - {"bedrock_token_provider"}


@CURRENT
def test_other_settings_are_ignored(environment: Environment) -> None:
    ignored = [name for name, setting in legacy.MODULE_SETTINGS.items() if not setting.kept]
    program = f"""if True:
        import json, openai
        for name in {ignored!r}:
            setattr(openai, name, "http://127.0.0.1:1/ignored")
        client = openai.models._client
        print(json.dumps([str(client.base_url), client.api_key, client.timeout == openai.DEFAULT_TIMEOUT]))
        """
    assert ask(environment, program) == ["https://api.openai.com/v1/", "fake", True]
