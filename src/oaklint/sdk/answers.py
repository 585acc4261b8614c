"""What requests answer since openai 1.0: objects with attributes, where 0.x answered dicts with the same names in them.

Read off openai 1.109.1, 2.54.0 and 3.57.0. What these do not name (`content_filter_results` of Azure, `task` of a transcription)
is an attribute all the same when the service sends it, and holds what its JSON held: dicts stay dicts.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import NamedTuple


class Field(NamedTuple):
    """What an object has for a name on the wire.

    attribute: how the object calls it: `hate_threatening` for "hate/threatening".
    type:      the type of the objects that it holds; None for strings, numbers and the like.
    is_list:   it holds a list of these; is_dict: it holds dicts that stay dicts.
    optional:  the service may leave it out. It is None then, where 0.x raised KeyError; so is any other that it leaves out.
    """

    attribute: str
    type: str | None
    is_list: bool
    is_dict: bool
    optional: bool


class Answer(NamedTuple):
    """What a request answers.

    type:    the type of the answer; None for what is no object with fields: text, or a response whose `.read()` is the content.
    chunk:   the type of what a stream yields, given `stream=True`; None where 0.x did not stream.
    is_page: the answer is iterable, and `.data` is the list of what came. Iterating asks for the pages behind it as well.
    formats: the types for values of `response_format`, where it has a say.
    """

    type: str | None
    chunk: str | None = None
    is_page: bool = False
    formats: Mapping[str, str | None] = {}


_TEXT = {"text": None, "srt": None, "vtt": None}

# By the path on a client. Everything that took the place of a method of 0.x is here.
_ANSWERS: dict[str, Answer] = {
    "audio.transcriptions.create": Answer("Transcription", formats={"verbose_json": "TranscriptionVerbose", **_TEXT}),
    "audio.translations.create": Answer("Translation", formats={"verbose_json": "TranslationVerbose", **_TEXT}),
    "chat.completions.create": Answer("ChatCompletion", chunk="ChatCompletionChunk"),
    "completions.create": Answer("Completion", chunk="Completion"),
    "embeddings.create": Answer("CreateEmbeddingResponse"),
    "files.content": Answer(None),
    "files.create": Answer("FileObject"),
    "files.delete": Answer("FileDeleted"),
    "files.list": Answer("FilePage", is_page=True),
    "files.retrieve": Answer("FileObject"),
    "files.wait_for_processing": Answer("FileObject"),
    "fine_tuning.jobs.cancel": Answer("FineTuningJob"),
    "fine_tuning.jobs.create": Answer("FineTuningJob"),
    "fine_tuning.jobs.list": Answer("FineTuningJobPage", is_page=True),
    "fine_tuning.jobs.list_events": Answer("FineTuningJobEventPage", is_page=True),
    "fine_tuning.jobs.retrieve": Answer("FineTuningJob"),
    "images.create_variation": Answer("ImagesResponse"),
    "images.edit": Answer("ImagesResponse"),
    "images.generate": Answer("ImagesResponse"),
    "models.delete": Answer("ModelDeleted"),
    "models.list": Answer("ModelPage", is_page=True),
    "models.retrieve": Answer("Model"),
    "moderations.create": Answer("ModerationCreateResponse"),
}

_CATEGORIES = (
    "harassment, harassment/threatening, hate, hate/threatening, self-harm, self-harm/instructions, self-harm/intent, "
    "sexual, sexual/minors, violence, violence/graphic, "
)

# By type, the names on the wire. `?` may be None, `: []` is a list of plain values, `: {}` a dict of them, `: [T]` a list of T.
# The names of the types are those of `openai.types` where these are unique. Left out is only what leads to types left out.
_TYPES: dict[str, str] = {
    # Chat
    "ChatCompletion": "id, object, created, model, choices: [ChatChoice], usage?: CompletionUsage, system_fingerprint?, "
    "service_tier?, metadata?: {}",
    "ChatChoice": "index, message: ChatCompletionMessage, finish_reason, logprobs?: ChatLogprobs",
    "ChatCompletionMessage": "role, content?, function_call?: FunctionCall, tool_calls?: [ToolCall], refusal?, "
    "annotations?: [Annotation], audio?: Audio",
    "FunctionCall": "name, arguments",
    "ToolCall": "id, type, function: FunctionCall",
    "Annotation": "type, url_citation: URLCitation",
    "URLCitation": "start_index, end_index, title, url",
    "Audio": "id, data, expires_at, transcript",
    "ChatLogprobs": "content?: [TokenLogprob], refusal?: [TokenLogprob]",
    "TokenLogprob": "token, bytes?: [], logprob, top_logprobs: [TopLogprob]",
    "TopLogprob": "token, bytes?: [], logprob",
    "ChatCompletionChunk": "id, object, created, model, choices: [ChunkChoice], usage?: CompletionUsage, system_fingerprint?, "
    "service_tier?, obfuscation?",
    "ChunkChoice": "index, delta: ChoiceDelta, finish_reason?, logprobs?: ChatLogprobs",
    "ChoiceDelta": "role?, content?, function_call?: DeltaFunctionCall, tool_calls?: [DeltaToolCall], refusal?, "
    "audio?: DeltaAudio",
    "DeltaFunctionCall": "name?, arguments?",
    "DeltaToolCall": "index, id?, type?, function?: DeltaFunctionCall",
    "DeltaAudio": "id?, data?, expires_at?, transcript?",
    "CompletionUsage": "prompt_tokens, completion_tokens, total_tokens, completion_tokens_details?: CompletionTokensDetails, "
    "prompt_tokens_details?: PromptTokensDetails",
    "CompletionTokensDetails": "accepted_prediction_tokens?, audio_tokens?, reasoning_tokens?, rejected_prediction_tokens?, "
    "text_tokens?",
    "PromptTokensDetails": "audio_tokens?, cache_write_tokens?, cached_tokens?, image_tokens?, text_tokens?",
    # Completions
    "Completion": "id, object, created, model, choices: [CompletionChoice], usage?: CompletionUsage, system_fingerprint?",
    "CompletionChoice": "index, text, finish_reason, logprobs?: CompletionLogprobs",
    "CompletionLogprobs": "text_offset?: [], token_logprobs?: [], tokens?: [], top_logprobs?: [{}]",
    # Embeddings
    "CreateEmbeddingResponse": "object, model, data: [Embedding], usage: EmbeddingUsage",
    "Embedding": "index, object, embedding: []",
    "EmbeddingUsage": "prompt_tokens, total_tokens",
    # Images
    "ImagesResponse": "created, data?: [Image], usage?: ImageUsage, background?, output_format?, quality?, safety_identifier?, "
    "size?",
    "Image": "url?, b64_json?, revised_prompt?",
    "ImageUsage": "input_tokens, output_tokens, total_tokens, input_tokens_details: ImageTokens, "
    "output_tokens_details?: ImageTokens",
    "ImageTokens": "image_tokens, text_tokens",
    # Audio
    "Transcription": "text, logprobs?: [TranscriptionLogprob]",
    "TranscriptionLogprob": "token?, bytes?: [], logprob?",
    "TranscriptionVerbose": "text, language, duration, segments?: [Segment], words?: [Word], usage?: Duration",
    "Translation": "text",
    "TranslationVerbose": "text, language, duration, segments?: [Segment]",
    "Segment": "id, seek, start, end, text, tokens: [], temperature, avg_logprob, compression_ratio, no_speech_prob",
    "Word": "word, start, end",
    "Duration": "seconds, type",
    # Moderations
    "ModerationCreateResponse": "id, model, results: [Moderation]",
    "Moderation": "flagged, categories: Categories, category_scores: CategoryScores, "
    "category_applied_input_types: CategoryAppliedInputTypes",
    "Categories": _CATEGORIES + "illicit?, illicit/violent?",
    "CategoryScores": _CATEGORIES + "illicit, illicit/violent",
    "CategoryAppliedInputTypes": (_CATEGORIES + "illicit, illicit/violent, ").replace(", ", ": [], "),
    # Files, models and jobs
    "FilePage": "data: [FileObject], has_more?",
    "FileObject": "id, object, bytes, created_at, filename, purpose, status, status_details?, expires_at?",
    "FileDeleted": "id, object, deleted",
    "ModelPage": "data: [Model], object",
    "Model": "id, object, created, owned_by, shutdown_date?",
    "ModelDeleted": "id, object, deleted",
    "FineTuningJobPage": "data: [FineTuningJob], has_more?",
    "FineTuningJob": "id, object, created_at, finished_at?, estimated_finish?, model, fine_tuned_model?, status, seed, "
    "organization_id, training_file, validation_file?, result_files: [], trained_tokens?, metadata?: {}, error?: JobError, "
    "hyperparameters: Hyperparameters",
    "JobError": "code, message, param?",
    "Hyperparameters": "batch_size?, learning_rate_multiplier?, n_epochs?",
    "FineTuningJobEventPage": "data: [FineTuningJobEvent], has_more?",
    "FineTuningJobEvent": "id, object, created_at, level, message, data?, type?",
}

# Optional as the SDK has it, and sent with each answer that is no chunk all the same.
SENT_WITH_ANSWERS = frozenset({"usage", "content"})
# What the service sends without any field, too: the last change of a stream.
MAYBE_EMPTY = frozenset({"ChoiceDelta"})
TYPES: frozenset[str] = frozenset(_TYPES)
ANSWERED_PATHS: frozenset[str] = frozenset(_ANSWERS)

_FIELD = re.compile(r"(?P<name>[\w/-]+)(?P<optional>\??)(?:: (?P<list>\[?)(?:(?P<type>\w+)|(?P<dict>\{\}))?\]?)?")


def answer(path: str) -> Answer | None:
    """What a request answers, by its path on a client (`chat.completions.create`); None for paths that 0.x had nothing like."""
    return _ANSWERS.get(path)


def field(type_name: str, name: str) -> Field | None:
    """What objects of a type have for a name on the wire; None for a name that the SDK does not know.

    Raises KeyError for a type that is not in the table.
    """
    return fields(type_name).get(name)


@functools.cache
def fields(type_name: str) -> Mapping[str, Field]:
    """All fields of a type, by their names on the wire. Raises KeyError for a type that is not in the table."""
    found = {}
    for text in filter(None, _TYPES[type_name].split(", ")):
        match = _FIELD.fullmatch(text)
        assert match, text
        attribute = re.sub(r"\W", "_", match["name"])
        found[match["name"]] = Field(attribute, match["type"], bool(match["list"]), bool(match["dict"]), bool(match["optional"]))
    return found


@functools.cache
def telling_names(type_name: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names of the fields of a type that lead to others, and those in these others. Raises KeyError as above."""
    leading = {name: found.type for name, found in fields(type_name).items() if found.type}
    inner = frozenset(name for inside in leading.values() for part in telling_names(inside) for name in part)
    return frozenset(leading), inner | frozenset(name for inside in leading.values() for name in fields(inside))
