"""What the OpenAI API answered in 2023, as far as programs of that time need it.

Nothing is random: an answer follows from what was asked. A program chooses its failures by a word that stands anywhere in what
it sends, for example as the name of the model: `fails-429` (always), `fails-once-503`, `fails-twice-500`; to `never-answers`
there is no answer at all.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes
from typing import Any

from tests.proofs.server import Json, Reply

_FAILURE = re.compile(r"fails-(?:(once|twice)-)?(\d{3})")
_ERRORS: dict[int, tuple[str, str, str | None, str | None]] = {
    400: ("This model's maximum context length is 4097 tokens.", "invalid_request_error", "messages", "context_length_exceeded"),
    403: ("You are not allowed to sample from this model", "invalid_request_error", None, None),
    404: ("The model does not exist", "invalid_request_error", None, "model_not_found"),
    409: ("The model is warming up", "server_error", None, None),
    429: ("Rate limit reached for requests", "requests", None, "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None, None),
    503: ("The server is overloaded or not ready yet.", "server_error", None, None),
}


class LegacyApi:
    """The API, for a `Server`; it remembers how often it has failed."""

    def __init__(self) -> None:
        self._failed: Counter[str] = Counter()

    def __call__(self, method: str, path: str, body: bytes) -> tuple[int, Reply]:
        sent = path + body.decode("utf-8", "replace")
        if "never-answers" in sent:
            return 0, {}
        if failure := _FAILURE.search(sent):
            self._failed[failure[0]] += 1
            if self._failed[failure[0]] <= {"once": 1, "twice": 2}.get(failure[1], 100):
                message, kind, param, code = _ERRORS[int(failure[2])]
                return int(failure[2]), {"error": {"message": message, "type": kind, "param": param, "code": code}}
        asked = fields_of(body)
        for pattern, respond in _ROUTES:
            if match := re.search(pattern, f"{method} {path}"):
                return 200, respond(asked, *match.groups())
        message = f"Invalid URL ({method} {path})"
        return 404, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def fields_of(body: bytes) -> Json:
    """The fields of a body of JSON, or of a form: texts, and of a file its name and content."""
    if body.startswith(b"--"):
        boundary = body[2 : body.index(b"\r\n")]
        message = message_from_bytes(b'Content-Type: multipart/form-data; boundary="' + boundary + b'"\r\n\r\n' + body)
        fields: Json = {}
        for part in message.get_payload():
            assert not isinstance(part, str)
            content = part.get_payload(decode=True).decode("utf-8", "replace")  # type: ignore[union-attr]
            name, file = (part.get_param(key, header="content-disposition") for key in ("name", "filename"))
            fields[str(name)] = content if file is None else {"file": file, "content": content}
        return fields
    value = json.loads(body) if body else {}
    return value if isinstance(value, dict) else {}


def _words(count: int, answered: int) -> Json:
    return {"prompt_tokens": count, "completion_tokens": answered, "total_tokens": count + answered}


def _made_up(schema: Json) -> Json:
    """Arguments for a function."""
    kinds = {"integer": 3, "number": 2.5, "boolean": True}
    properties = schema.get("properties", {})
    return {name: kinds.get(what.get("type"), (what.get("enum") or ["Paris"])[0]) for name, what in properties.items()}


def _chat_message(asked: Json, number: int) -> tuple[Json, str]:
    """A message and why it ends: an echo, or a call of the first function (of the chosen one) as long as none has been called."""
    last = asked["messages"][-1]
    functions = asked.get("functions") or [tool["function"] for tool in asked.get("tools", ())]
    if functions and last["role"] not in ("function", "tool") and asked.get("function_call") != "none":
        chosen = asked.get("function_call")
        name = chosen["name"] if isinstance(chosen, dict) else functions[0]["name"]
        function = next(function for function in functions if function["name"] == name)
        call = {"name": name, "arguments": json.dumps(_made_up(function.get("parameters", {})))}
        if asked.get("tools"):
            return {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
            }, "tool_calls"
        return {"role": "assistant", "content": None, "function_call": call}, "function_call"
    if last["role"] in ("function", "tool"):
        text = f"The function says: {last['content']}"
    else:
        text = f"You said: {last['content']}" + (f" (answer {number + 1})" if asked.get("n", 1) > 1 else "")
    if limit := asked.get("max_tokens"):
        words = text.split(" ")
        return {"role": "assistant", "content": " ".join(words[:limit])}, "length" if len(words) > limit else "stop"
    return {"role": "assistant", "content": text}, "stop"


def _chat(asked: Json, deployment: str | None = None) -> Reply:
    head = {"id": "chatcmpl-1", "created": 1677652288, "model": asked.get("model") or deployment}
    messages = [_chat_message(asked, number) for number in range(asked.get("n") or 1)]
    if not asked.get("stream"):
        choices = [
            {"index": index, "message": message, "finish_reason": reason} for index, (message, reason) in enumerate(messages)
        ]
        count = sum(len(str(message["content"]).split()) for message in asked["messages"])
        answered = sum(len(str(message["content"]).split()) for message, _ in messages)
        return {
            "id": head["id"],
            "object": "chat.completion",
            "created": head["created"],
            "model": head["model"],
            "choices": choices,
            "usage": _words(count, answered),
        }
    chunks: list[Json] = []
    for index, (message, reason) in enumerate(messages):
        # The older models left the content out of the first delta, the newer ones send it empty.
        deltas: list[Json] = [{"role": "assistant"} if head["model"] == "gpt-3.5-turbo" else {"role": "assistant", "content": ""}]
        if call := message.get("function_call"):
            half = len(call["arguments"]) // 2
            deltas[0] = {"role": "assistant", "content": None, "function_call": {"name": call["name"], "arguments": ""}}
            deltas += [{"function_call": {"arguments": part}} for part in (call["arguments"][:half], call["arguments"][half:])]
        else:
            deltas += [{"content": part} for part in re.findall(r"\S+\s*", message["content"])]
        ends: list[tuple[Json, str | None]] = [*((delta, None) for delta in deltas), ({}, reason)]
        chunks += [
            {**head, "object": "chat.completion.chunk", "choices": [{"index": index, "delta": delta, "finish_reason": end}]}
            for delta, end in ends
        ]
    return _events(chunks)


def _events(chunks: list[Json]) -> list[str]:
    return [*(f"data: {json.dumps(chunk)}\n\n" for chunk in chunks), "data: [DONE]\n\n"]


def _completion(asked: Json, deployment: str | None = None) -> Reply:
    prompts = asked.get("prompt", "")
    prompts = prompts if isinstance(prompts, list) else [prompts]
    head = {"id": "cmpl-1", "object": "text_completion", "created": 1589478378, "model": asked.get("model") or deployment}
    numbers = range(asked.get("n") or 1)
    texts = [
        f"\n\nAfter {prompt!r}" + (f" #{number + 1}" if len(numbers) > 1 else "") for prompt in prompts for number in numbers
    ]
    if asked.get("echo"):
        texts = [prompt + text for prompt, text in zip(prompts, texts, strict=False)]
    logprobs = {"tokens": ["After"], "token_logprobs": [-0.5], "top_logprobs": [{"After": -0.5}], "text_offset": [0]}
    tail = {"logprobs": logprobs if asked.get("logprobs") is not None else None}
    if asked.get("stream"):
        parts = [(index, part) for index, text in enumerate(texts) for part in re.findall(r"\s*\S+", text)]
        chunks = [{**head, "choices": [{"text": part, "index": index, **tail, "finish_reason": None}]} for index, part in parts]
        chunks.append({**head, "choices": [{"text": "", "index": 0, **tail, "finish_reason": "stop"}]})
        return _events(chunks)
    choices = [{"text": text, "index": index, **tail, "finish_reason": "stop"} for index, text in enumerate(texts)]
    count, answered = (sum(len(str(text).split()) for text in both) for both in (prompts, texts))
    return {**head, "choices": choices, "usage": _words(count, answered)}


def _embeddings(asked: Json, deployment: str | None = None) -> Reply:
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    vectors = [[len(text) / 8, sum(letter in "aeiou" for letter in str(text)) / 8, str(text).count(" ") / 8] for text in texts]
    data = [{"object": "embedding", "index": index, "embedding": vector} for index, vector in enumerate(vectors)]
    count = sum(len(str(text).split()) for text in texts)
    usage = {"prompt_tokens": count, "total_tokens": count}
    return {"object": "list", "data": data, "model": asked.get("model") or deployment, "usage": usage}


def _images(asked: Json, what: str) -> Reply:
    form = "b64_json" if asked.get("response_format") == "b64_json" else "url"
    count = int(asked.get("n", 1))
    values = ["aW1hZ2U=" if form == "b64_json" else f"http://127.0.0.1/{what}/{number}.png" for number in range(count)]
    return {"created": 1589478378, "data": [{form: value} for value in values]}


_CATEGORIES = ("hate", "hate/threatening", "self-harm", "sexual", "sexual/minors", "violence", "violence/graphic")


def _moderation(asked: Json) -> Reply:
    texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
    results = []
    for text in texts:
        bad = "kill" in text
        results.append(
            {
                "flagged": bad,
                "categories": {name: bad and name == "violence" for name in _CATEGORIES},
                "category_scores": {name: 0.75 if bad and name == "violence" else 0.25 for name in _CATEGORIES},
            }
        )
    return {"id": "modr-1", "model": "text-moderation-005", "results": results}


def _audio(asked: Json, what: str) -> Reply:
    heard = asked["file"]["content"].strip()
    text = f"Heard: {heard}" if what == "transcriptions" else f"In English: {heard}"
    form = asked.get("response_format", "json")
    if form in ("text", "srt", "vtt"):
        return text + "\n"
    if form == "verbose_json":
        segment = {"id": 0, "seek": 0, "start": 0.0, "end": 1.5, "text": text, "tokens": [1], "temperature": 0.0}
        segment |= {"avg_logprob": -0.25, "compression_ratio": 1.0, "no_speech_prob": 0.0}
        return {"task": "transcribe", "language": "english", "duration": 1.5, "text": text, "segments": [segment]}
    return {"text": text}


def _list(*data: Json) -> Json:
    return {"object": "list", "data": list(data), "has_more": False}


def _model(name: str, owner: str = "openai") -> Json:
    return {"id": name, "object": "model", "created": 1686935002, "owned_by": owner}


def _engine(name: str) -> Json:
    return {"id": name, "object": "engine", "owner": "openai", "ready": True}


def _file(name: str, filename: str = "train.jsonl", size: int = 42, purpose: str = "fine-tune") -> Json:
    head = {"id": name, "object": "file", "bytes": size, "created_at": 1613677385}
    return {**head, "filename": filename, "purpose": purpose, "status": "processed"}


def _job(name: str, status: str = "running", **more: Any) -> Json:
    return {
        "id": name,
        "object": "fine_tuning.job",
        "created_at": 1692661014,
        "model": "gpt-3.5-turbo-0613",
        "fine_tuned_model": "ft:gpt-3.5-turbo:acme::1" if status == "succeeded" else None,
        "organization_id": "org-123",
        "status": status,
        "hyperparameters": {"n_epochs": 3},
        "training_file": "file-1",
        "validation_file": None,
        "result_files": ["file-2"] if status == "succeeded" else [],
        "trained_tokens": 5768 if status == "succeeded" else None,
        "error": None,
        "finished_at": 1692661190 if status == "succeeded" else None,
        "seed": 1,
        **more,
    }


def _started_job(asked: Json) -> Reply:
    given = {"hyperparameters": asked["hyperparameters"]} if "hyperparameters" in asked else {}
    return _job("ftjob-1", "queued", model=asked["model"], training_file=asked["training_file"], **given)


def _event_of(number: int, text: str) -> Json:
    head = {"object": "fine_tuning.job.event", "id": f"ft-event-{number}", "created_at": 1692407401 + number}
    return {**head, "level": "info", "message": text, "data": None, "type": "message"}


def _fine_tune(name: str, status: str = "pending") -> Json:
    return {"id": name, "object": "fine-tune", "model": "curie", "status": status, "fine_tuned_model": None, "events": []}


_FILES = (_file("file-1"), _file("file-2", "results.csv", 7, "fine-tune-results"))
_MODELS = ("gpt-4", "gpt-3.5-turbo", "text-davinci-003", "text-embedding-ada-002", "whisper-1")
# The name of a deployment on Azure, or of an engine, stands in the path.
_PLACE = r"(?:/v1|/v1/engines/([^/]+)|/openai/deployments/([^/]+))"


def _placed(respond: Callable[[Json, str | None], Reply]) -> Callable[..., Reply]:
    return lambda asked, engine, deployment: respond(asked, engine or deployment)


_ROUTES: list[tuple[str, Callable[..., Reply]]] = [
    (rf"^POST {_PLACE}/chat/completions$", _placed(_chat)),
    (rf"^POST {_PLACE}/completions$", _placed(_completion)),
    (rf"^POST {_PLACE}/embeddings$", _placed(_embeddings)),
    (r"^GET /(?:v1|openai)/models$", lambda asked: _list(*map(_model, _MODELS), _model("ft:gpt-3.5-turbo:acme::1", "acme"))),
    (r"^GET /v1/models/([^/]+)$", lambda asked, name: _model(name)),
    (r"^DELETE /v1/models/([^/]+)$", lambda asked, name: {"id": name, "object": "model", "deleted": True}),
    (r"^GET /v1/engines$", lambda asked: _list(*map(_engine, _MODELS))),
    (r"^GET /v1/engines/([^/]+)$", lambda asked, name: _engine(name)),
    (r"^POST /v1/edits$", lambda asked: {"object": "edit", "created": 1, "choices": [{"text": "Edited.", "index": 0}]}),
    (r"^POST /v1/images/(generations|edits|variations)$", _images),
    (r"^POST /v1/moderations$", _moderation),
    (r"^POST /v1/audio/(transcriptions|translations)$", _audio),
    (r"^GET /v1/files$", lambda asked: _list(*_FILES)),
    (
        r"^POST /v1/files$",
        lambda asked: _file("file-3", "file", len(asked["file"]["content"].encode()), asked["purpose"]),
    ),
    (r"^GET /v1/files/([^/]+)$", lambda asked, name: _file(name)),
    (r"^GET /v1/files/([^/]+)/content$", lambda asked, name: b"step,loss\n1,0.5\n"),
    (r"^DELETE /v1/files/([^/]+)$", lambda asked, name: {"id": name, "object": "file", "deleted": True}),
    (r"^POST /v1/fine_tuning/jobs$", _started_job),
    (r"^GET /v1/fine_tuning/jobs$", lambda asked: _list(_job("ftjob-2", "succeeded"), _job("ftjob-1"))),
    (r"^GET /v1/fine_tuning/jobs/([^/]+)$", lambda asked, name: _job(name, "succeeded")),
    (r"^POST /v1/fine_tuning/jobs/([^/]+)/cancel$", lambda asked, name: _job(name, "cancelled")),
    (
        r"^GET /v1/fine_tuning/jobs/[^/]+/events$",
        lambda asked: _list(_event_of(2, "Step 20: training loss=0.5"), _event_of(1, "Job enqueued.")),
    ),
    (r"^POST /v1/fine-tunes$", lambda asked: _fine_tune("ft-1")),
    (r"^GET /v1/fine-tunes$", lambda asked: _list(_fine_tune("ft-1", "succeeded"))),
    (r"^GET /v1/fine-tunes/([^/]+)$", lambda asked, name: _fine_tune(name, "succeeded")),
]
