"""As much of the OpenAI API as a proof needs, on 127.0.0.1: it answers, counts, and never sees the network.

Like the real service it looks at the key first, and its error bodies have the same shape. What it remembers of a key
is a fingerprint.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

Json = dict[str, Any]
# An object, server-sent events, plain text, or bytes.
Reply = Json | list[str] | str | bytes
# What an API answers to method, path and body: status and reply. Status 0: it never answers.
Respond = Callable[[str, str, bytes], tuple[int, Reply]]


def fingerprint(key: str) -> str:
    """A short name for a key that does not tell the key."""
    return hashlib.sha256(key.encode()).hexdigest()[:12]


def fresh_key() -> str:
    """A new key, shaped like nothing that could be real."""
    return f"sk-proof-{secrets.token_hex(16)}"


class Failure(NamedTuple):
    """The first `times` requests with a good key are answered with this status (429, 500, ...)."""

    status: int
    times: int


@dataclass(frozen=True)
class Request:
    """A request as the server saw it. key: the fingerprint of the key it carried, None where it carried none.

    headers: by their names in lower case; of those that hold the key, the fingerprint.
    """

    method: str
    path: str
    key: str | None
    status: int
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)


class Server:
    """A running server, used as a context manager.

    accept:  the keys that are good; by default one fresh key, which is `key`.
    failure: what to answer at first, though the key is good.
    respond: the API behind the keys; by default what there is today.
    limit:   how many requests are answered. The next one stays unanswered and sets `exhausted`, for the proof to end the program.
    """

    def __init__(
        self,
        accept: Iterable[str] = (),
        *,
        failure: Failure | None = None,
        limit: int = 12,
        respond: Respond | None = None,
    ) -> None:
        self.accepted = tuple(accept) or (fresh_key(),)
        self.key = self.accepted[0]
        self.failure = failure
        self.limit = limit
        self.respond = respond or _respond
        self.requests: list[Request] = []
        self.exhausted = threading.Event()
        self._failed = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._http = _Http(("127.0.0.1", 0), _Handler)
        self._http.api = self

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """The base URL to give to an SDK."""
        return f"{self.origin}/v1"

    def __enter__(self) -> Self:
        # serve_forever looks for its end every poll_interval, so this is also how long closing takes.
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self._closing.set()
        self._http.shutdown()
        self._http.server_close()

    def answer(
        self, method: str, target: str, key: str | None, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, str, bytes] | None:
        """Status, content type and body for a request; None when there have been too many."""
        path, query = urlsplit(target).path, urlsplit(target).query
        content_type, content = "application/json", b""
        reply: Reply
        with self._lock:
            if key not in self.accepted:
                status, reply = 401, _wrong_key(key)
            elif self.failure and self._failed < self.failure.times:
                self._failed += 1
                status, reply = (
                    self.failure.status,
                    _error(*_FAILURES.get(self.failure.status, ("It failed.", "server_error", None))),
                )
            else:
                status, reply = self.respond(method, path, body)
            known = fingerprint(key) if key is not None else None
            self.requests.append(Request(method, path, known, status, query, headers, body))
            if len(self.requests) > self.limit:
                self.exhausted.set()
        if self.exhausted.is_set() or not status:
            self._closing.wait()
            return None
        if isinstance(reply, list):
            content_type, content = "text/event-stream", "".join(reply).encode()
        elif isinstance(reply, str):
            content_type, content = "text/plain; charset=utf-8", reply.encode()
        elif isinstance(reply, bytes):
            content_type, content = "application/octet-stream", reply
        else:
            content = json.dumps(reply).encode()
        return status, content_type, content


class _Http(ThreadingHTTPServer):
    api: Server
    daemon_threads = True
    block_on_close = False


_HOLD_THE_KEY = {"authorization", "api-key"}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together: no waiting for a delayed acknowledgement
    server: _Http

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        authorization = self.headers.get("Authorization")
        key = authorization.removeprefix("Bearer ") if authorization is not None else self.headers.get("api-key")
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers |= {name: fingerprint(headers[name]) for name in _HOLD_THE_KEY & headers.keys()}
        answer = self.server.api.answer(self.command, self.path, key, headers, body)
        if answer is None:
            self.close_connection = True
            return
        status, content_type, content = answer
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("x-request-id", "req_proof")
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_DELETE = _handle

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: a proof looks at `Server.requests`."""


_FAILURES = {
    429: ("Rate limit reached for requests", "requests", "rate_limit_exceeded"),
    500: ("The server had an error while processing your request. Sorry about that!", "server_error", None),
    403: ("Project does not have access to this model", "invalid_request_error", "model_not_found"),
}


def _error(message: str, kind: str, code: str | None) -> Json:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def _wrong_key(key: str | None) -> Json:
    if not key:
        return _error(
            "You didn't provide an API key. You need to provide your API key in an Authorization header.",
            "invalid_request_error",
            None,
        )
    return _error("Incorrect API key provided: sk-****.", "invalid_request_error", "invalid_api_key")


def _json(body: bytes) -> Json:
    """The request's JSON; of a multipart upload nothing is needed."""
    try:
        value = json.loads(body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _respond(method: str, path: str, body: bytes) -> tuple[int, Reply]:
    """Status and reply for a request with a good key."""
    asked = _json(body)
    model = asked.get("model", "gpt-4o-mini")
    for pattern, respond in _ROUTES:
        if match := re.search(pattern, f"{method} {path}"):
            return 200, respond(model, asked, *match.groups())
    return 404, _error(f"Invalid URL ({method} {path})", "invalid_request_error", None)


_USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}


def _event(value: Json, name: str | None = None) -> str:
    return (f"event: {name}\n" if name else "") + f"data: {json.dumps(value)}\n\n"


def _chat(model: str, asked: Json) -> Json | list[str]:
    head = {"id": "chatcmpl-1", "created": 1, "model": model}
    if not asked.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": "Hello."}, "logprobs": None, "finish_reason": "stop"}
        return {**head, "object": "chat.completion", "choices": [choice], "usage": _USAGE}
    deltas: list[tuple[Json, str | None]] = [
        ({"role": "assistant", "content": "Hel"}, None),
        ({"content": "lo."}, None),
        ({}, "stop"),
    ]
    chunks = [
        {**head, "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        for delta, reason in deltas
    ]
    return [*map(_event, chunks), "data: [DONE]\n\n"]


def _completion(model: str, asked: Json) -> Json:
    choice = {"index": 0, "text": "Hello.", "logprobs": None, "finish_reason": "stop"}
    return {"id": "cmpl-1", "object": "text_completion", "created": 1, "model": model, "choices": [choice], "usage": _USAGE}


def _response(model: str, asked: Json) -> Json | list[str]:
    text = {"type": "output_text", "text": "Hello.", "annotations": []}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    response = {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "model": model,
        "output": [message],
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": 1,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 1,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 2,
        },
    }
    if not asked.get("stream"):
        return response
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
    events: list[Json] = [
        {"type": "response.created", "response": {**response, "status": "in_progress", "output": []}},
        {"type": "response.output_text.delta", "delta": "Hello.", **place},
        {"type": "response.completed", "response": response},
    ]
    return [_event({**event, "sequence_number": number}, event["type"]) for number, event in enumerate(events)]


def _embeddings(model: str, asked: Json) -> Json:
    inputs = asked.get("input")
    count = len(inputs) if isinstance(inputs, list) else 1
    data = [{"object": "embedding", "index": index, "embedding": [0.5, 0.25]} for index in range(count)]
    return {"object": "list", "model": model, "data": data, "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def _images(model: str, asked: Json) -> Json:
    return {"created": 1, "data": [{"url": "http://127.0.0.1/image.png"}]}


def _moderation(model: str, asked: Json) -> Json:
    return {"id": "modr-1", "model": model, "results": [{"flagged": False, "categories": {}, "category_scores": {}}]}


def _list(*data: Json) -> Json:
    return {"object": "list", "data": list(data), "has_more": False}


def _model(name: str) -> Json:
    return {"id": name, "object": "model", "created": 1, "owned_by": "openai"}


_ROUTES: list[tuple[str, Callable[..., Reply]]] = [
    (r"^POST .*/chat/completions$", _chat),
    (r"^POST .*/completions$", _completion),
    (r"^POST .*/responses$", _response),
    (r"^POST .*/embeddings$", _embeddings),
    (r"^GET .*/models$", lambda model, asked: _list(_model("gpt-4o"), _model("gpt-4o-mini"))),
    (r"^GET .*/models/([^/]+)$", lambda model, asked, name: _model(name)),
    (r"^POST .*/images/(?:generations|edits|variations)$", _images),
    (r"^POST .*/moderations$", _moderation),
    (r"^GET .*/(?:files|fine_tuning/jobs|batches|assistants|vector_stores)$", lambda model, asked: _list()),
    (r"^POST .*/audio/(?:transcriptions|translations)$", lambda model, asked: {"text": "Hello."}),
    (r"^POST .*/audio/speech$", lambda model, asked: b"ID3"),
]
