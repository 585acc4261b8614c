"""Other packages that hand a credential on to the OpenAI SDK, or to OpenAI itself: by which classes, functions and settings.

Read in langchain-openai 1.6, llama-index-llms-openai 0.8.3, litellm 1.110.2, instructor 1.17.0, pydantic-ai 2.68.0,
openai-agents 0.24.0, autogen-ext 0.7.5, semantic-kernel 1.45.0, haystack-ai 3.4.1, dspy 3.4.1, crewai 1.15.30, chromadb 1.5.9,
smolagents 1.26.0, agno 3.1.10 and pandasai 2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from oaklint.sdk.clients import CREDENTIAL_ARGUMENTS
from oaklint.sdk.secrets import SECRETS


class Wrapper(NamedTuple):
    """Classes or functions of a package that take a credential.

    callee:      a regular expression for what stands behind the package in their qualified names.
    credentials: the arguments that take it; addresses: those that say where it goes to.
    position:    where the credential stands if it is given without a name; None where it has to be named.
    by_model:    whether it depends on the model who gets the credential; the model is named, or the first argument.
    fills_in:    whether they make an empty credential of None by themselves.
    falls_back:  whether they send `OPENAI_API_KEY` where the credential is None, whatever the address.

    What falls back was measured against a server: langchain 0.0.354, langchain-community 0.0.20 and 0.3.27, langchain-openai
    0.2.14 and 1.7.4, llama-index-llms-openai 0.8.3, pydantic-ai-slim 2.31.1, openai-agents 0.20.0, agno 3.1.10, smolagents
    1.26.0. LangChain's embeddings raise `ValueError` for None.
    """

    callee: str
    credentials: frozenset[str] = CREDENTIAL_ARGUMENTS
    addresses: frozenset[str] = frozenset()
    position: int | None = None
    by_model: bool = False
    fills_in: bool = False
    falls_back: bool = False


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# `OpenAILike` and `ChatOpenRouter` are for other servers.
_LANGCHAIN_MODEL = Wrapper(
    r"(?:\w+\.)*(?:Chat)?OpenAI",
    CREDENTIAL_ARGUMENTS | {"openai_api_key"},
    _names("openai_api_base openai_proxy"),
    falls_back=True,
)
_LANGCHAIN_OTHERS = _LANGCHAIN_MODEL._replace(
    callee=r"(?:\w+\.)*(?:Azure(?:Chat)?OpenAI|(?:Azure)?(?:Chat)?OpenAI(?:Embeddings|Chat))", falls_back=False
)
_LANGCHAIN = (_LANGCHAIN_MODEL, _LANGCHAIN_OTHERS)
_LANGCHAIN_ANY_MODEL = Wrapper(r"chat_models\.(?:base\.)?init_chat_model", by_model=True)
_AGNO = (
    Wrapper(r"(?:\w+\.)*OpenAI(?:Chat|Responses)", falls_back=True),
    Wrapper(r"(?:\w+\.)*(?:OpenAIEmbedder|AzureOpenAI(?:Chat|Embedder)?)"),
)
_LITELLM = r"(?:main\.)?a?(?:completion|text_completion|embedding|responses|transcription|speech|image_generation|moderation)"

# By the package that an import names first.
WRAPPERS: dict[str, tuple[Wrapper, ...]] = {
    "langchain": (*_LANGCHAIN, _LANGCHAIN_ANY_MODEL),
    "langchain_community": _LANGCHAIN,
    "langchain_openai": _LANGCHAIN,
    "llama_index": (
        Wrapper(r"(?:\w+\.)*OpenAI", fills_in=True, falls_back=True),
        Wrapper(r"(?:\w+\.)*(?:AzureOpenAI(?:Embedding)?|OpenAI(?:Embedding|Responses|MultiModal|Agent))", fills_in=True),
    ),
    "litellm": (Wrapper(_LITELLM, by_model=True),),
    "instructor": (Wrapper(r"(?:\w+\.)*from_provider", by_model=True),),
    "pydantic_ai": (
        Wrapper(r"providers\.openai\.OpenAIProvider", falls_back=True),
        Wrapper(r"providers\.azure\.AzureProvider"),
        Wrapper(r"models\.openai\.OpenAI(?:Chat|Responses)?Model"),
    ),
    "agents": (
        Wrapper(r"(?:\w+\.)*OpenAIProvider", falls_back=True),
        Wrapper("set_default_openai_key", frozenset({"key"}), position=0),
        Wrapper(r"(?:tracing\.)?set_tracing_export_api_key", position=0),
    ),
    # It sends the keys of Gemini, Claude and Llama to their own hosts.
    "autogen_ext": (Wrapper(r"models\.openai\.(?:Azure)?OpenAIChatCompletionClient", by_model=True),),
    "autogen": (Wrapper("LLMConfig", by_model=True),),
    "semantic_kernel": (
        Wrapper(
            r"connectors\.ai\.open_ai\.(?:\w+\.)*(?:OpenAI|Azure)"
            r"(?:(?:Chat|Text)Completion|TextEmbedding|TextTo(?:Image|Audio)|AudioToText|Realtime\w+)",
            CREDENTIAL_ARGUMENTS | {"ad_token"},
            frozenset({"endpoint"}),
        ),
    ),
    "haystack": (
        Wrapper(r"components\.(?:\w+\.)*(?:Azure)?OpenAI\w*(?:Generator|Embedder)", addresses=frozenset({"api_base_url"})),
    ),
    "dspy": (Wrapper(r"(?:\w+\.)*LM", by_model=True), Wrapper("OpenAI|AzureOpenAI")),
    "crewai": (Wrapper(r"(?:llm\.)?LLM", by_model=True),),
    "chromadb": (Wrapper(r"utils\.embedding_functions\.(?:\w+\.)?OpenAIEmbeddingFunction", position=0),),
    "smolagents": (
        Wrapper(r"(?:models\.)?OpenAI(?:Server)?Model", falls_back=True),
        Wrapper(r"(?:models\.)?AzureOpenAI(?:Server)?Model"),
        Wrapper("LiteLLMModel", by_model=True),
    ),
    "agno": _AGNO,
    "phi": _AGNO,
    "pandasai": (Wrapper(r"llm\.(?:openai\.|azure_openai\.)?(?:Azure)?OpenAI", frozenset({"api_token"}), position=0),),
}

# Arguments with dictionaries in them, each with a model, the key for it, and maybe an address; by the package whose call it is.
CONFIGURATIONS: dict[str, frozenset[str]] = {"autogen": _names("llm_config config_list"), "litellm": _names("model_list")}

# Settings of their modules that hold a key of OpenAI's or Azure's; `api_key` of LiteLLM is for whatever model is asked.
SETTINGS_OF_WRAPPERS: dict[str, frozenset[str]] = {"litellm": _names("api_key openai_key azure_key")}

# Before the name of a variable, in a configuration of LiteLLM's: it reads that.
REFERENCE = "os.environ/"

# Around a secret, to keep it out of logs.
WRAPPED_SECRETS = SECRETS | {"haystack.utils.Secret.from_token"}


@cache
def _compiled(callee: str) -> re.Pattern[str]:
    return re.compile(callee)


def wrapper(names: Iterable[str]) -> Wrapper | None:
    """The one of these that a call goes to, by the qualified names of what is called."""
    for name in names:
        package, _, rest = name.partition(".")
        for each in WRAPPERS.get(package, ()):
            if _compiled(each.callee).fullmatch(rest):
                return each
    return None


def is_openai_model(model: str) -> bool:
    """Whether a model is one of OpenAI's by its name, or is said to be asked there or at Azure: `gpt-5`, `openai/gpt-5`."""
    provider, _, _ = model.replace(":", "/", 1).partition("/")
    if provider != model:
        return provider in ("openai", "azure", "azure_openai", "openai-responses", "openai-chat", "text-completion-openai")
    families = r"gpt-(?!oss)|chatgpt|o[1345](?:-|$)|text-(?:embedding|davinci|moderation)-|omni-|dall-e|whisper-1|tts-1"
    return _compiled(families).match(model) is not None
