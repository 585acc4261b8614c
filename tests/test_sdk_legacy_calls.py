"""Where the arguments of 0.x calls go: the tables against the real packages, and what is sent before and after."""

from __future__ import annotations

import ast
import operator
from typing import Any

import pytest

from oaklint.sdk import legacy, legacy_calls
from oaklint.sdk.legacy import LegacyCall
from tests.proofs import environments
from tests.proofs.environments import Environment
from tests.test_sdk_facts import CURRENT, LEGACY, ask

CALLS = {
    f"{call.cls}.{call.method}": call
    for cls in sorted(legacy.LEGACY_CLASSES)
    for call in legacy.legacy_methods(cls)
    if call.successor
}


def row(call: LegacyCall) -> legacy_calls.Rewriting:
    found = legacy_calls.rewriting(call)
    assert found is not None
    return found


def test_every_method_with_a_successor_has_a_row() -> None:
    assert len(CALLS) == 68
    for call in CALLS.values():
        found, accepted = row(call), legacy_calls.accepted(str(call.successor))
        assert set(found.renamed.values()) | set(found.grouped.values()) | found.required <= accepted
        assert not (found.renamed.keys() | found.dropped | found.grouped.keys() | found.refused.keys()) & (
            accepted - (found.dropped | {"id"})
        )
        assert found.filename is None or "file" in accepted
    helpers = (call for cls in legacy.LEGACY_CLASSES for call in legacy.legacy_methods(cls) if not call.successor)
    assert {legacy_calls.rewriting(call) for call in helpers} == {None}


@LEGACY
def test_positional_parameters_are_those_of_the_package(environment: Environment) -> None:
    names = [call.name for call in CALLS.values()]
    program = f"""if True:
        import inspect, json, operator, openai
        from openai.api_resources.abstract.engine_api_resource import EngineAPIResource
        def positional(name):
            found = inspect.signature(operator.attrgetter(name.removeprefix("openai."))(openai)).parameters.values()
            if any(each.kind is each.VAR_POSITIONAL for each in found):  # it hands all on to its base
                found = inspect.signature(getattr(EngineAPIResource, name.split(".")[-1])).parameters.values()
            return [each.name for each in found if each.kind is each.POSITIONAL_OR_KEYWORD and each.name != "self"]
        print(json.dumps({{name: positional(name) for name in {names!r}}}))
        """
    assert ask(environment, program) == {call.name: list(row(call).positional) for call in CALLS.values()}


@CURRENT
@pytest.mark.parametrize("client", ["OpenAI", "AsyncOpenAI"])
def test_keywords_are_those_of_the_package(environment: Environment, client: str) -> None:
    successors = sorted({str(call.successor) for call in CALLS.values()})
    program = f"""if True:
        import inspect, json, operator, openai
        client, found = openai.{client}(api_key="fake"), {{}}
        for path in {successors!r}:
            parameters = inspect.signature(operator.attrgetter(path)(client)).parameters.values()
            found[path] = [list(p.name for p in parameters), [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]]
        print(json.dumps(found))
        """
    real = ask(environment, program)
    for path, (names, _) in real.items():
        assert legacy_calls.accepted(path) <= set(names), path
        assert environment.name != "1" or legacy_calls.accepted(path) == set(names), path
    for call in CALLS.values():
        found = row(call)
        if not found.by_hand:
            places = [found.renamed.get(name, name) for name in found.positional[: found.stay]]
            assert places == real[str(call.successor)][1], call.name


# What is called, and on 0.28.1 is sent. `FILE` makes a file of that name.
SENT = (
    "Audio.transcribe('m', FILE('a.mp3'), language='de', temperature=0.5, response_format='json', unknown='u')",
    "Audio.transcribe(file=FILE('a.mp3'), model='m')",
    "Audio.transcribe_raw('m', FILE(''), 'n.mp3', prompt='p')",
    "Audio.transcribe_raw('m', b'data', filename='n.mp3')",
    "Audio.translate('m', FILE('a.mp3'), prompt='p')",
    "Audio.translate_raw('m', FILE(''), 'n.mp3')",
    "Audio.atranscribe('m', FILE('a.mp3'), language='de')",
    "Audio.atranscribe_raw('m', FILE(''), 'n.mp3')",
    "Audio.atranslate('m', FILE('a.mp3'))",
    "Audio.atranslate_raw('m', FILE(''), 'n.mp3')",
    "ChatCompletion.create(model='m', messages=[], timeout=3, request_timeout=5, headers={'X-H': 'h'}, user=None, unknown={'u': 1})",
    "ChatCompletion.acreate(model='m', messages=[], functions=[], function_call='none')",
    "Completion.create(model='m', prompt=['p'], logprobs=1, timeout=3, best_of=2)",
    "Completion.acreate(model='m', prompt='p', echo=True)",
    "Embedding.create(model='m', input='x', timeout=5)",
    "Embedding.create(model='m', input=['x'], encoding_format='float')",
    "Embedding.acreate(model='m', input=['x'])",
    "File.create(FILE('a.jsonl'), 'fine-tune', 'm', user_provided_filename='n.jsonl')",
    "File.create(file=b'data', purpose='fine-tune', user_provided_filename='n.jsonl')",
    "File.acreate(FILE('a.jsonl'), 'fine-tune', user_provided_filename='n.jsonl')",
    "File.retrieve('x', request_timeout=4)",
    "File.retrieve(id='x', unknown='u')",
    "File.aretrieve('x')",
    "File.delete('x', unknown='u')",
    "File.delete(sid='x')",
    "File.adelete('x')",
    "File.list(purpose='p', limit=2, unknown='u')",
    "File.alist()",
    "File.download('x')",
    "File.download(id='x')",
    "File.wait_for_processing('x', 10)",
    "FineTuningJob.create(training_file='f', model='m', hyperparameters={'n_epochs': 2}, suffix='s', validation_file='v')",
    "FineTuningJob.acreate(training_file='f', model='m')",
    "FineTuningJob.list(2)",
    "FineTuningJob.list(limit=2, after='y')",
    "FineTuningJob.alist(limit=2)",
    "FineTuningJob.list_events('x', 2, 'y')",
    "FineTuningJob.list_events(id='x', limit=2)",
    "FineTuningJob.retrieve(id='x')",
    "FineTuningJob.aretrieve('x')",
    "FineTuningJob.cancel('x')",
    "FineTuningJob.acancel(id='x')",
    "Image.create(prompt='p', n=2, size='s', response_format='url')",
    "Image.acreate(prompt='p')",
    "Image.create_edit(FILE('image'), FILE('mask'), prompt='p', n=1)",
    "Image.acreate_edit(FILE('image'), prompt='p')",
    "Image.create_variation(FILE('image'), n=1, size='s')",
    "Image.acreate_variation(FILE('image'))",
    "Model.list()",
    "Model.alist()",
    "Model.retrieve('m')",
    "Model.aretrieve(id='m')",
    "Model.delete('m')",
    "Model.adelete(sid='m')",
    "Moderation.create('t')",
    "Moderation.create(['t'], 'text-moderation-latest')",
    "Moderation.acreate(input='t')",
)

# Written on a client, and what it sends there: another endpoint than that of 0.x, or one more word.
SENT_OTHERWISE = {
    "FineTune.create(training_file='f', model='m', n_epochs=2, batch_size=1)": (
        "client.fine_tuning.jobs.create(training_file='f', model='m', hyperparameters={'n_epochs': 2, 'batch_size': 1})"
    ),
    "FineTune.list_events('x')": "client.fine_tuning.jobs.list_events('x')",
    "FineTune.retrieve(id='x')": "client.fine_tuning.jobs.retrieve(fine_tuning_job_id='x')",
    "FineTune.cancel('x')": "client.fine_tuning.jobs.cancel('x')",
    "FineTuningJob.list(2, 'y')": "client.fine_tuning.jobs.list(limit=2, after='y')",
    "Engine.retrieve('e')": "client.models.retrieve('e')",
    "File.adownload('x')": "(await client.files.content('x')).read()",
}


def carried_over(source: str) -> str:
    """A call as the tables say that it is written on a client."""
    node = ast.parse(source, mode="eval").body
    assert isinstance(node, ast.Call)
    call = CALLS[ast.unparse(node.func)]
    found, successor = row(call), str(call.successor)
    assert not found.by_hand
    given = [ast.unparse(argument) for argument in node.args]
    places, named = given[: found.stay], dict(zip(found.positional[found.stay :], given[found.stay :], strict=False))
    named |= {str(keyword.arg): ast.unparse(keyword.value) for keyword in node.keywords}
    assert found.required <= named.keys()
    arguments: dict[str, str] = {}
    groups: dict[str, list[str]] = {}
    for name, value in named.items():
        target = found.renamed.get(name, name)
        if name in found.dropped or name == found.filename:
            continue
        assert name not in found.refused
        if name in found.grouped:
            groups.setdefault(found.grouped[name], []).append(f"{name!r}: {value}")
        elif name in legacy.CALL_ARGUMENTS:
            arguments[str(legacy.CALL_ARGUMENTS[name].name)] = value
        elif target in legacy_calls.accepted(successor):
            arguments[target] = value
        else:
            groups.setdefault("extra_query" if found.in_query else "extra_body", []).append(f"{name!r}: {value}")
    if found.filename in named:
        arguments["file"] = f"({named[str(found.filename)]}, {arguments['file']})"
    arguments |= {name: f"{{{', '.join(items)}}}" for name, items in groups.items()}
    listed = ", ".join([*places, *(f"{name}={value}" for name, value in arguments.items())])
    text = f"client.{successor}({listed})"
    if call.is_async:
        text = f"(await {text})" if found.suffix else f"await {text}"
    return text + found.suffix


def test_calls_are_written_as_the_tables_say() -> None:
    assert {source: carried_over(source) for source in SENT_OTHERWISE} == SENT_OTHERWISE


# Sends each of the requests to itself and prints what came: method, path, query, body, and a header that is not of the SDK's own.
RECORDER = """if True:
    import asyncio, email, email.policy, io, json, threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qsl, urlsplit

    came = []
    ANSWER = {"id": "x", "object": "x", "status": "processed", "text": "t", "choices": [], "results": [],
              "data": [{"id": "x", "object": "embedding", "embedding": [0.5]}]}

    def form(kind, body):
        message = email.message_from_bytes(b"Content-Type: " + kind.encode() + b"\\r\\n\\r\\n" + body, policy=email.policy.HTTP)
        parts = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            parts[name] = [part.get_filename(), part.get_payload(decode=True).decode()]
        return parts

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        def answer(self):
            body, kind = self.rfile.read(int(self.headers.get("Content-Length") or 0)), self.headers.get("Content-Type", "")
            sent = form(kind, body) if kind.startswith("multipart") else json.loads(body or "null")
            where = urlsplit(self.path)
            came.append([self.command, where.path, dict(parse_qsl(where.query)), sent, self.headers.get("X-H")])
            reply = json.dumps(ANSWER).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)
        do_GET = do_POST = do_DELETE = answer
        def log_message(self, *arguments): pass

    def FILE(name):
        file = io.BytesIO(b"data")
        if name:
            file.name = name
        return file

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}/v1"
    """


def sent(environment: Environment, written: dict[str, str]) -> dict[str, Any]:
    """What each of these calls sent and what came of it, by the call as it is written for 0.x."""
    program = (
        RECORDER
        + f"""
    import openai
    openai.api_key, openai.api_base = "fake", origin
    space = {{"openai": openai, "FILE": FILE}}
    if hasattr(openai, "OpenAI"):
        clients = [openai.OpenAI(api_key="fake", base_url=origin), openai.AsyncOpenAI(api_key="fake", base_url=origin)]

    async def main():
        found = {{}}
        for name, source in {written!r}.items():
            came.clear()
            if hasattr(openai, "OpenAI"):
                space["client"] = clients[source.startswith(("await ", "(await "))]
            exec("async def ask():\\n    return " + source, space)
            result = await space["ask"]()
            plain = result if isinstance(result, str) else result.decode() if isinstance(result, bytes) else None
            found[name] = [list(came), plain]
        print(json.dumps(found))

    asyncio.run(main())
    """
    )
    return dict(ask(environment, program))


@CURRENT
def test_the_same_is_sent(environment: Environment) -> None:
    before = {source: ("await " if CALLS[source.partition("(")[0]].is_async else "") + f"openai.{source}" for source in SENT}
    after = {source: carried_over(source) for source in SENT}
    old, new = sent(environments.get("0"), before), sent(environment, after)
    for source in SENT:
        assert new[source] == old[source], after[source]


@CURRENT
def test_what_is_sent_otherwise_is_taken(environment: Environment) -> None:
    paths = [operator.itemgetter(0, 1)(requests[0]) for requests, _ in sent(environment, SENT_OTHERWISE).values()]
    assert paths == [
        ("POST", "/v1/fine_tuning/jobs"),
        ("GET", "/v1/fine_tuning/jobs/x/events"),
        ("GET", "/v1/fine_tuning/jobs/x"),
        ("POST", "/v1/fine_tuning/jobs/x/cancel"),
        ("GET", "/v1/fine_tuning/jobs"),
        ("GET", "/v1/models/e"),
        ("GET", "/v1/files/x/content"),
    ]
