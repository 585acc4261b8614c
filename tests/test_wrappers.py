"""Other packages that hand a key on to OpenAI: which of their classes and functions, and for which models."""

from __future__ import annotations

import pytest

from oaklint.sdk.wrappers import is_openai_model, wrapper


@pytest.mark.parametrize(
    "name",
    [
        *(
            "langchain_openai.ChatOpenAI",
            "langchain.chat_models.AzureChatOpenAI",
            "langchain_community.embeddings.OpenAIEmbeddings",
        ),
        *("llama_index.llms.openai.OpenAI", "llama_index.embeddings.azure_openai.AzureOpenAIEmbedding", "litellm.acompletion"),
        *("semantic_kernel.connectors.ai.open_ai.AzureTextEmbedding", "haystack.components.embedders.OpenAITextEmbedder"),
        *("pydantic_ai.providers.azure.AzureProvider", "agents.set_default_openai_key", "agno.models.openai.OpenAIChat"),
        *("chromadb.utils.embedding_functions.OpenAIEmbeddingFunction", "smolagents.OpenAIServerModel", "dspy.LM"),
    ],
)
def test_wrappers(name: str) -> None:
    assert wrapper([name]) is not None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "langchain_anthropic.ChatAnthropic",
            "langchain_openai.ChatOpenAI().invoke",
            "langchain_openai.chat_models.base.BaseChatOpenAI",
        ),
        *("llama_index.llms.openai_like.OpenAILike", "llama_index.llms.ollama.Ollama", "litellm.token_counter", "crewai.Agent"),
        *(
            "pydantic_ai.providers.groq.GroqProvider",
            "smolagents.InferenceClientModel",
            "openai.OpenAI",
            "app.langchain_openai.ChatOpenAI",
        ),
    ],
)
def test_others(name: str) -> None:
    assert wrapper([name]) is None


@pytest.mark.parametrize(
    "model",
    [
        "gpt-5",
        "gpt-4o-mini",
        "o3-mini",
        "o1",
        "chatgpt-4o-latest",
        "text-embedding-3-small",
        "openai/own",
        "azure/own",
        "openai:gpt-5",
    ],
)
def test_models_of_openai(model: str) -> None:
    assert is_openai_model(model)


@pytest.mark.parametrize(
    "model",
    [
        "claude-sonnet-4-5",
        "anthropic/claude-sonnet-4-5",
        "openrouter/openai/gpt-5",
        "gpt-oss-120b",
        "ollama/llama3",
        "oss",
        "gemini/gemini-2.5-pro",
    ],
)
def test_other_models(model: str) -> None:
    assert not is_openai_model(model)
