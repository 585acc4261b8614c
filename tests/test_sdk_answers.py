"""What requests answer, as a table: looked up, and held against the real packages."""

from __future__ import annotations

from typing import Any

import pytest

from oaklint.sdk import answers, legacy
from oaklint.sdk.answers import Answer, Field
from tests.proofs.environments import Environment
from tests.test_sdk_facts import CURRENT, ask


@pytest.mark.parametrize(
    ("type_name", "name", "expected"),
    [
        ("ChatCompletion", "id", Field("id", None, False, False, False)),
        ("ChatCompletion", "choices", Field("choices", "ChatChoice", True, False, False)),
        ("ChatCompletion", "usage", Field("usage", "CompletionUsage", False, False, True)),
        ("ChatCompletion", "nothing", None),
        ("CompletionLogprobs", "top_logprobs", Field("top_logprobs", None, True, True, True)),
        ("Embedding", "embedding", Field("embedding", None, True, False, False)),
        ("FineTuningJob", "metadata", Field("metadata", None, False, True, True)),
        ("Categories", "hate/threatening", Field("hate_threatening", None, False, False, False)),
        ("Categories", "self-harm", Field("self_harm", None, False, False, False)),
        ("Categories", "hate_threatening", None),
    ],
)
def test_fields(type_name: str, name: str, expected: Field | None) -> None:
    assert answers.field(type_name, name) == expected


def test_answers() -> None:
    assert answers.answer("chat.completions.create") == Answer("ChatCompletion", "ChatCompletionChunk")
    assert answers.answer("models.list") == Answer("ModelPage", is_page=True)
    assert answers.answer("responses.create") is None


def test_every_successor_has_an_answer_and_every_type_is_reached() -> None:
    calls = (call for cls in legacy.LEGACY_CLASSES for call in legacy.legacy_methods(cls))
    assert {call.successor for call in calls if call.successor} == answers.ANSWERED_PATHS
    reached: set[str] = set()
    waiting = [kind for path in answers.ANSWERED_PATHS for kind in answered_types(path)]
    while waiting:
        kind = waiting.pop()
        if kind not in reached:
            reached.add(kind)
            waiting += [field.type for field in answers.fields(kind).values() if field.type]
    assert reached == answers.TYPES


def answered_types(path: str) -> list[str]:
    found = answers.answer(path)
    assert found is not None
    return [kind for kind in (found.type, found.chunk, *found.formats.values()) if kind]


# A shape says of an annotation which models it allows, and whether they stand in a list, values in a dict, or None for them.
SHAPES = """if True:
    import inspect, json, operator, typing, openai
    from openai._base_client import AsyncPaginator

    def shape(kind):
        if kind is type(None):
            return {"optional": True}
        origin, arguments = typing.get_origin(kind), typing.get_args(kind)
        if inspect.isclass(kind) and issubclass(kind, openai.BaseModel):
            model(kind)
            return {"models": [name(kind)]}
        if origin is typing.Annotated or isinstance(origin, type) and issubclass(origin, (openai.Stream, openai.AsyncStream)):
            return shape(arguments[0])
        if origin is list:
            return {**shape(arguments[0]), "list": True}
        if origin is dict:
            return {"dict": True}
        if origin is typing.Literal or not arguments:
            return {}
        together = {}
        for part in map(shape, arguments):
            together = {**together, **part, "models": [*together.get("models", []), *part.get("models", [])]}
        return together

    def name(kind):
        return kind.__module__ + "." + kind.__qualname__

    models = {}
    def model(kind):
        if name(kind) not in models:
            models[name(kind)] = None
            models[name(kind)] = {(field.alias or key): [key, shape(field.annotation)] for key, field in kind.model_fields.items()}

    def answered(client, path):
        method = inspect.unwrap(operator.attrgetter(path)(client))
        method = getattr(method, "__func__", method)
        space = vars(inspect.getmodule(method))
        found = {"answer": [], "stream": [], "page": False}
        for each in [method, *typing.get_overloads(method)]:
            result = eval(each.__annotations__["return"], space) if isinstance(each.__annotations__["return"], str) \\
                else each.__annotations__["return"]
            for part in typing.get_args(result) if typing.get_origin(result) is typing.Union else [result]:
                if typing.get_origin(part) is AsyncPaginator:
                    part = typing.get_args(part)[1]
                if inspect.isclass(part) and part.__module__.startswith("openai.resources"):
                    found["page"] = True
                key = "stream" if (typing.get_origin(part) or part) in (openai.Stream, openai.AsyncStream) else "answer"
                found[key] += shape(part).get("models", [])
        return found
    """


@CURRENT
@pytest.mark.parametrize("client", ["OpenAI", "AsyncOpenAI"])
def test_answers_are_those_of_the_package(environment: Environment, client: str) -> None:
    """Walks over the table and over the annotations of the package side by side."""
    paths = sorted(answers.ANSWERED_PATHS)
    program = f"{SHAPES}\n    client = openai.{client}(api_key='fake')\n    print(json.dumps([{{"
    program += f"path: answered(client, path) for path in {paths!r}}}, models]))"
    returned, models = ask(environment, program)
    pairs: list[tuple[str, str]] = []
    for path in paths:
        said, real = answers.answer(path), returned[path]
        assert said is not None
        assert said.is_page == real["page"], path
        for kind in filter(None, (said.type, *said.formats.values())):
            pairs.append((kind, named(kind, real["answer"])))
        if said.chunk:
            pairs.append((said.chunk, named(said.chunk, real["stream"])))
        assert said.type or not real["answer"], path
    newest = environment.name == "3"
    compared = set()
    while pairs:
        pair = pairs.pop()
        if pair in compared:
            continue
        compared.add(pair)
        kind, model = pair
        for name, (attribute, shape) in models[model].items():
            found = answers.field(kind, name)
            if found is None:
                assert shape.get("models"), f"{kind} does not name the plain field {name} of {model}"
                continue
            where = f"{kind}.{name} on {model}"
            assert found.attribute == attribute, where
            assert (found.is_list, found.is_dict, found.optional) == flags(shape), where
            assert bool(found.type) == bool(shape.get("models")), where
            if found.type:
                pairs.append((found.type, shape["models"][0]))
        assert not newest or answers.fields(kind).keys() <= models[model].keys(), kind
    assert {kind for kind, _ in compared} == answers.TYPES - (set() if newest else {"DeltaAudio"})


def flags(shape: dict[str, Any]) -> tuple[bool, bool, bool]:
    return "list" in shape, "dict" in shape, "optional" in shape


def named(kind: str, models: list[str]) -> str:
    """The model that a type of an answer stands for. A page has the name of what it holds in brackets."""
    item = kind.removesuffix("Page")
    wanted = {kind, "FileObject" if item == "File" else item}
    return next(model for model in models if {model.rpartition(".")[2], model.rpartition("[")[2].rstrip("]")} & wanted)


@CURRENT
def test_what_is_not_as_annotated(environment: Environment) -> None:
    """What the package does not know stays plain; what was not sent is None, required or not; `to_dict` is what was sent."""
    program = """if True:
        import json, openai
        from openai.types.chat import ChatCompletion
        sent = {"id": "x", "choices": [], "prompt_filter_results": [{"content_filter_results": {"hate": {"filtered": False}}}]}
        answer = ChatCompletion.construct(**sent)
        print(json.dumps([answer.prompt_filter_results, answer.usage, answer.created, answer.to_dict() == sent]))
        """
    sent = [{"content_filter_results": {"hate": {"filtered": False}}}]
    assert ask(environment, program) == [sent, None, None, True]
