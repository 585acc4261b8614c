"""How a call of a 0.x method is written on a client of 1.0 and later: where each of its arguments goes.

The methods are those of openai 0.28.1, measured by what they send; what takes their arguments are the clients of 1.109.1, 2.54.0
and 3.57.0. What the retired endpoints (`/fine-tunes`, `/engines`) answered is their documentation's word.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from oaklint.sdk.legacy import LegacyCall

_NONE: frozenset[str] = frozenset()


class Rewriting(NamedTuple):
    """What becomes of the arguments of a 0.x method, by their names there, and of its answer.

    An argument that nothing here speaks of keeps its name if `accepted` has it, or is one of CALL_ARGUMENTS. Any other was sent
    as it is, and goes to `extra_body` (`extra_query` where `in_query`).

    positional: the names of those that may be given by their place alone, in order; `stay`: how many of them still may.
    renamed:    the successor's name for it.
    dropped:    they were not sent and did nothing that the successor does not do anyway. `timeout` of `ChatCompletion.create` is
                one: it said how long to go on after status 409; the time for the request was `request_timeout`.
    grouped:    it stands in a dict that is given for the named argument.
    filename:   one that becomes the first of a pair that is given for `file`: `file=(filename, file)`.
    refused:    the successor has nothing like it; what to do about it.
    required:   the successor insists on them, 0.x did not.
    suffix:     stands behind the call (and behind its `await`), and makes of the answer what 0.x answered.
    answered:   the only names that the answer (for a list, its items) still has; None where it has all that 0.x had.
    by_hand:    why such a call cannot be rewritten; empty where it can.
    on_azure:   why it cannot where `api_type` says Azure; empty where it can.
    """

    positional: tuple[str, ...] = ()
    stay: int = 0
    renamed: Mapping[str, str] = {}
    dropped: frozenset[str] = _NONE
    grouped: Mapping[str, str] = {}
    filename: str | None = None
    refused: Mapping[str, str] = {}
    required: frozenset[str] = _NONE
    in_query: bool = False
    suffix: str = ""
    answered: frozenset[str] | None = None
    by_hand: str = ""
    on_azure: str = ""


_CONTROLS = ("api_key", "api_base", "api_type", "api_version", "organization")
_CREATE = ("api_key", "api_base", "api_type", "request_id", "api_version", "organization")
_LIST = ("api_key", "request_id", "api_version", "organization", "api_base", "api_type")
_ID = ("id", "api_key", "request_id", "request_timeout")
_DELETE = ("sid", "api_type", "api_version")
_CANCEL = ("id", "api_key", "api_type", "request_id", "api_version")

_ENGINE = Rewriting(_CREATE, dropped=frozenset({"timeout"}))
_AUDIO = Rewriting(("model", "file", *_CONTROLS))
_AUDIO_RAW = Rewriting(("model", "file", "filename", *_CONTROLS), filename="filename")
_LISTING = Rewriting(_LIST, in_query=True)

_AZURE_IMAGES = "0.x asked Azure for DALL-E 2 by its own way of waiting; the successor takes the name of a deployment as `model`"
_AZURE_NOT = "Azure has never offered it"
_INSTANCE = "it is a method of an engine that is made first; give the engine's name as `model`"
_DELETES_MODEL = "it went to an endpoint for jobs; `models.delete` takes the name of a model"
_OF_CLASSIFIERS = "jobs of today do not take it: leave it out"

_JOB = frozenset({"id", "created_at", "model", "fine_tuned_model", "organization_id", "status"})
_EVENT = frozenset({"created_at", "level", "message"})
_JOB_ID = {"id": "fine_tuning_job_id"}
_BY_JOB_ID = Rewriting(_ID, 1, _JOB_ID, in_query=True)
_CANCELLING = Rewriting(_CANCEL, 1, _JOB_ID)

# An asynchronous method is that of its twin where it has no row of its own.
_REWRITINGS: dict[str, Rewriting] = {
    "Audio.transcribe": _AUDIO,
    "Audio.transcribe_raw": _AUDIO_RAW,
    "Audio.translate": _AUDIO,
    "Audio.translate_raw": _AUDIO_RAW,
    "ChatCompletion.create": _ENGINE,
    "Completion.create": _ENGINE._replace(required=frozenset({"prompt"})),
    "Embedding.create": _ENGINE,
    "Engine.embeddings": Rewriting(by_hand=_INSTANCE),
    "Engine.generate": Rewriting(("timeout",), by_hand=_INSTANCE),
    "Engine.list": _LISTING._replace(answered=frozenset({"id"})),
    "Engine.retrieve": Rewriting(_ID, 1, {"id": "model"}, in_query=True, answered=frozenset({"id"})),
    "File.create": Rewriting(
        ("file", "purpose", "model", *_CONTROLS, "user_provided_filename"), filename="user_provided_filename"
    ),
    "File.delete": Rewriting(_DELETE, 1, {"sid": "file_id"}, in_query=True),
    # It answered the whole response, and the dict was its `.data`.
    "File.adelete": Rewriting(_DELETE, 1, {"sid": "file_id"}, in_query=True, answered=_NONE),
    # `adownload` never worked in 0.28.1: it raises AttributeError before it asks.
    "File.download": Rewriting(("id", *_CONTROLS), 1, {"id": "file_id"}, in_query=True, suffix=".read()"),
    "File.list": _LISTING,
    "File.retrieve": Rewriting(_ID, 1, {"id": "file_id"}, in_query=True),
    "File.wait_for_processing": Rewriting(("id", "max_wait_seconds"), 1, suffix=".status"),
    "FineTune.cancel": _CANCELLING._replace(answered=_JOB),
    "FineTune.create": Rewriting(
        _CREATE,
        grouped=dict.fromkeys(("n_epochs", "batch_size", "learning_rate_multiplier"), "hyperparameters"),
        refused={
            "prompt_loss_weight": _OF_CLASSIFIERS,
            "compute_classification_metrics": _OF_CLASSIFIERS,
            "classification_n_classes": _OF_CLASSIFIERS,
            "classification_positive_class": _OF_CLASSIFIERS,
            "classification_betas": _OF_CLASSIFIERS,
        },
        required=frozenset({"model"}),
        answered=_JOB,
    ),
    "FineTune.delete": Rewriting(_DELETE, by_hand=_DELETES_MODEL),
    "FineTune.list": _LISTING._replace(answered=_JOB),
    "FineTune.list_events": Rewriting(("id",), 1, _JOB_ID, in_query=True, answered=_EVENT),
    "FineTune.retrieve": _BY_JOB_ID._replace(answered=_JOB),
    "FineTuningJob.cancel": _CANCELLING,
    "FineTuningJob.create": Rewriting(_CREATE),
    "FineTuningJob.delete": Rewriting(_DELETE, by_hand=_DELETES_MODEL),
    # `starting_after` was sent by that name, which the service calls `after`.
    "FineTuningJob.list": Rewriting(("limit", "starting_after", *_LIST), renamed={"starting_after": "after"}, in_query=True),
    "FineTuningJob.list_events": Rewriting(("id", "limit", "after"), 1, _JOB_ID, in_query=True),
    "FineTuningJob.retrieve": _BY_JOB_ID,
    "Image.create": Rewriting(_CONTROLS, on_azure=_AZURE_IMAGES),
    "Image.create_edit": Rewriting(("image", "mask", *_CONTROLS), on_azure=_AZURE_NOT),
    "Image.create_variation": Rewriting(("image", *_CONTROLS), on_azure=_AZURE_NOT),
    "Model.delete": Rewriting(_DELETE, 1, {"sid": "model"}, in_query=True),
    "Model.adelete": Rewriting(_DELETE, 1, {"sid": "model"}, in_query=True, answered=_NONE),
    "Model.list": _LISTING,
    "Model.retrieve": Rewriting(_ID, 1, {"id": "model"}, in_query=True),
    "Moderation.create": Rewriting(("input", "model", "api_key"), on_azure=_AZURE_NOT),
}

# Keywords of every request on a client.
_EXTRAS = frozenset({"extra_headers", "extra_query", "extra_body", "timeout"})

# The other keywords of each successor, as far as 1.109.1, 2.54.0 and 3.57.0 all have them.
_ACCEPTED: dict[str, str] = {
    "audio.transcriptions.create": "chunking_strategy file include language model prompt response_format stream temperature "
    "timestamp_granularities",
    "audio.translations.create": "file model prompt response_format temperature",
    "chat.completions.create": "audio frequency_penalty function_call functions logit_bias logprobs max_completion_tokens "
    "max_tokens messages metadata modalities model n parallel_tool_calls prediction presence_penalty prompt_cache_key "
    "reasoning_effort response_format safety_identifier seed service_tier stop store stream stream_options temperature "
    "tool_choice tools top_logprobs top_p user verbosity web_search_options",
    "completions.create": "best_of echo frequency_penalty logit_bias logprobs max_tokens model n presence_penalty prompt seed "
    "stop stream stream_options suffix temperature top_p user",
    "embeddings.create": "dimensions encoding_format input model user",
    "files.content": "file_id",
    "files.create": "expires_after file purpose",
    "files.delete": "file_id",
    "files.list": "after limit order purpose",
    "files.retrieve": "file_id",
    "files.wait_for_processing": "id max_wait_seconds poll_interval",
    "fine_tuning.jobs.cancel": "fine_tuning_job_id",
    "fine_tuning.jobs.create": "hyperparameters integrations metadata method model seed suffix training_file validation_file",
    "fine_tuning.jobs.list": "after limit metadata",
    "fine_tuning.jobs.list_events": "after fine_tuning_job_id limit",
    "fine_tuning.jobs.retrieve": "fine_tuning_job_id",
    "images.create_variation": "image model n response_format size user",
    "images.edit": "background image input_fidelity mask model n output_compression output_format partial_images prompt quality "
    "response_format size stream user",
    "images.generate": "background model moderation n output_compression output_format partial_images prompt quality "
    "response_format size stream style user",
    "models.delete": "model",
    "models.list": "",
    "models.retrieve": "model",
    "moderations.create": "input model",
}


def rewriting(call: LegacyCall) -> Rewriting | None:
    """How calls of a method with a successor are rewritten; None for a method without one."""
    if call.successor is None:
        return None
    row = _REWRITINGS.get(f"{call.cls}.{call.method}")
    return row if row is not None else _REWRITINGS[f"{call.cls}.{call.method.removeprefix('a')}"]


def accepted(successor: str) -> frozenset[str]:
    """The keywords that a successor takes, by its path on a client. Raises KeyError for other paths."""
    names = frozenset(_ACCEPTED[successor].split())
    return names if successor == "files.wait_for_processing" else names | _EXTRAS
