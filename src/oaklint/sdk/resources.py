"""Where the methods of clients stand in the package, for tests that replace them, and where the types of the answers do.

Looked up on openai 1.109.1, 2.54.0 and 3.57.0.
"""

from __future__ import annotations

_RESOURCES: dict[str, str] = {
    "audio.transcriptions": "audio.transcriptions.Transcriptions",
    "audio.translations": "audio.translations.Translations",
    "chat.completions": "chat.completions.Completions",
    "completions": "completions.Completions",
    "embeddings": "embeddings.Embeddings",
    "files": "files.Files",
    "fine_tuning.jobs": "fine_tuning.jobs.Jobs",
    "images": "images.Images",
    "models": "models.Models",
    "moderations": "moderations.Moderations",
}

# Methods of asynchronous clients that `inspect` does not take for coroutine functions: `patch` makes a plain mock of them.
_NOT_SEEN_AS_ASYNC = frozenset(
    {
        *("audio.transcriptions.create", "chat.completions.create", "completions.create", "images.edit", "images.generate"),
        *("files.list", "fine_tuning.jobs.list", "fine_tuning.jobs.list_events", "models.list"),
    }
)

# By the names in `sdk/answers.py`. Each can be made of a dict that lacks fields, by `construct`.
_TYPES: dict[str, str] = {
    "ChatCompletion": "types.chat",
    "ChatCompletionChunk": "types.chat",
    "ChatCompletionMessage": "types.chat",
    "ChatChoice": "types.chat.chat_completion.Choice",
    "ChunkChoice": "types.chat.chat_completion_chunk.Choice",
    "ChoiceDelta": "types.chat.chat_completion_chunk",
    "FunctionCall": "types.chat.chat_completion_message",
    "DeltaFunctionCall": "types.chat.chat_completion_chunk.ChoiceDeltaFunctionCall",
    "Completion": "types",
    "CompletionChoice": "types",
    "CompletionUsage": "types",
    "CreateEmbeddingResponse": "types",
    "Embedding": "types",
    "EmbeddingUsage": "types.create_embedding_response.Usage",
    "Image": "types",
    "ImagesResponse": "types",
    "Transcription": "types.audio",
    "TranscriptionVerbose": "types.audio",
    "Translation": "types.audio",
    "TranslationVerbose": "types.audio",
    "Moderation": "types",
    "ModerationCreateResponse": "types",
    "Categories": "types.moderation",
    "CategoryScores": "types.moderation",
    "FileObject": "types",
    "FileDeleted": "types",
    "Model": "types",
    "ModelDeleted": "types",
    "FineTuningJob": "types.fine_tuning",
    "FineTuningJobEvent": "types.fine_tuning",
}

# What a page is an instance of, and what it holds.
_PAGES: dict[str, tuple[str, str]] = {
    "FilePage": ("CursorPage", "FileObject"),
    "FineTuningJobEventPage": ("CursorPage", "FineTuningJobEvent"),
    "FineTuningJobPage": ("CursorPage", "FineTuningJob"),
    "ModelPage": ("Page", "Model"),
}

# The types and pages that this knows.
IMPORTABLE: frozenset[str] = frozenset({*_TYPES, *_PAGES})


def resource_class(path: str, *, is_async: bool) -> str:
    """The class that a client's attribute (`chat.completions`) is an instance of, by its qualified name.

    Raises KeyError for what took the place of nothing in openai 0.x.
    """
    module, _, cls = _RESOURCES[path].rpartition(".")
    return f"openai.resources.{module}.{'Async' if is_async else ''}{cls}"


def is_seen_as_async(path: str) -> bool:
    """Whether `patch` makes an AsyncMock, by itself, of a method of an asynchronous client: `embeddings.create`."""
    return path not in _NOT_SEEN_AS_ASYNC


def types_of(name: str, *, is_async: bool) -> tuple[str, ...]:
    """The qualified names that it takes to write a type of an answer: of the type, or of a page and what it holds.

    Raises KeyError for a type that is not in the table.
    """
    if name in _PAGES:
        page, item = _PAGES[name]
        return f"openai.pagination.{'Async' if is_async else 'Sync'}{page}", *types_of(item, is_async=is_async)
    place = _TYPES[name]
    return (f"openai.{place}" if place.rpartition(".")[2][0].isupper() else f"openai.{place}.{name}",)
