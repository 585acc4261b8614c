"""Environment names that are taken for those which the SDK reads, and the packages that read names of their own.

A name is compared by its letters alone: `OPENAI_APIKEY`, `openai-api-key` and `OpenAI_Api_Key` are spellings of one name. What a
team makes up on purpose (`OPENAI_API_KEY_STAGING`, `MY_OPENAI_KEY`) is no mistake and in none of the patterns.
"""

from __future__ import annotations

import re
import sys

from oaklint.sdk.clients import CONSTRUCTORS, CREDENTIAL_ENVIRONMENT, MODULE_CLIENT_READS
from oaklint.sdk.spelling import is_slip

# What is written in place of each name, as far as the letters go.
_KEY = r"(?:API)?(?:ACCESS|AUTH|SECRET|PRIVATE)?(?:API)?(?:KEYS?|TOKEN|SECRET)"
_ADDRESS = r"(?:API)?(?:BASE|BASEURI|BASEURL|ENDPOINT|ENDPOINTURL|HOST|SERVER|URI|URL)"
_AZURE = r"(?:AZUREOPENAI|OPENAIAZURE|AZUREOAI|AOAI)(?:SERVICE)?"
_MISTAKEN: dict[str, re.Pattern[str]] = {
    name: re.compile(pattern)
    for name, pattern in {
        "OPENAI_API_KEY": rf"OPENAI(?:{_KEY}|API)|(?:API)?KEYOPENAI",
        "OPENAI_BASE_URL": rf"OPENAI{_ADDRESS}",
        "OPENAI_ORG_ID": r"OPENAI(?:API)?ORG(?:ANI[SZ]ATION)?(?:ID)?",
        "OPENAI_PROJECT_ID": r"OPENAI(?:API)?PROJ(?:ECT)?(?:ID)?",
        "AZURE_OPENAI_API_KEY": rf"{_AZURE}{_KEY}|AZUREAPIKEY|OPENAI(?:API)?KEY",
        "AZURE_OPENAI_ENDPOINT": rf"(?:{_AZURE}|AZUREAPI|OPENAI){_ADDRESS}",
        "AZURE_OPENAI_AD_TOKEN": r"(?:AZUREOPENAI|AZURE)(?:AD|AAD|ENTRA|ENTRAID)(?:ACCESS)?TOKEN",
        "OPENAI_API_VERSION": rf"(?:{_AZURE}|AZURE|OPENAI)(?:API)?VERSION",
    }.items()
}

# `OPENAI_KEY`, `MY_OPENAI_API_KEY_2`, `azure_openai_token`; not `OPENAI_MAX_TOKEN`, `OPENAI_API_KEY_FILE`, `HAS_OPENAI_KEY`.
_SAYS_KEY = re.compile(
    r"(?!(?:\w*_)?(?:CONF|ENV|ENVVAR|HAS|IS|MISSING|NEEDS|NO|REQUIRES?|USE)_)"
    r"(?:\w*_)?OPEN_?AI_?(?:(?!MAX)[A-Z]+_)*(?:API_?)?(?:KEY|TOKEN|SECRET)(?:_?\d+)?"
)

# What some release of the SDK reads is never a slip of the pen.
_READ = frozenset(
    read.name for reads in (*(constructor.reads for constructor in CONSTRUCTORS.values()), MODULE_CLIENT_READS) for read in reads
)

# Packages that build clients of the SDK on their own account. They take environment names and module settings that the SDK's
# clients do not take, so that what looks like a mistake may be meant for them.
READERS_OF_THEIR_OWN = frozenset(
    {
        *("agno", "aider", "autogen", "autogen_core", "autogen_ext", "bertopic", "chainlit", "chromadb", "crewai", "deepeval"),
        *("dspy", "embedchain", "evals", "gpt_index", "gpt_researcher", "graphrag", "guidance"),
        *("guardrails", "haystack", "haystack_integrations", "instructor", "interpreter", "langchain", "langchain_community"),
        *("langchain_core", "langchain_experimental", "langchain_openai", "langflow", "langgraph", "langsmith", "letta"),
        *("lightrag", "litellm", "llama_index", "llama_parse", "llm", "magentic", "marvin", "mem0", "memgpt", "metagpt"),
        *("mirascope", "openai_agents", "outlines", "pandasai", "phi", "promptflow", "pyautogen", "pydantic_ai", "ragas"),
        *("semantic_kernel", "smolagents", "swarm", "swarms", "txtai", "trulens", "trulens_eval", "unstructured", "vanna"),
        *("weaviate"),
    }
)

# Packages that fill the environment by themselves, from a file of theirs or `.env`, before or while a program runs.
LOADERS_OF_THEIR_OWN = frozenset({"chainlit", "flask", "modal", "quart", "streamlit"})

# They fail where there is no such variable, unless they are given a default.
FAILING_READERS = frozenset(
    {
        *("decouple.config", "environs.Env()", "environs.Env().str", "environs.env", "environs.env.str"),
        *("environ.Env()", "environ.Env().str", "starlette.config.Config()"),
    }
)

# Calls that read a variable, and take what to give where it is not set: as `default=`, or behind the name.
GETENV = frozenset({"os.getenv", "os.environ.get"})
DEFAULTING_READERS = GETENV | frozenset(
    {
        *("os.environ.pop", "streamlit.secrets.get", "starlette.config.Config()"),
        *("decouple.config", "decouple.AutoConfig()", "environ.Env()", "environ.Env().str"),
        *("environs.Env()", "environs.Env().str", "environs.env", "environs.env.str"),
    }
)

# Calls that set a variable, in a file or where only other programs see it, each with the names and places of the arguments that
# say which, and to what.
SETTERS: dict[str, tuple[tuple[str, int], tuple[str, int]]] = {
    "os.putenv": (("name", 0), ("value", 1)),
    "dotenv.set_key": (("key_to_set", 1), ("value_to_set", 2)),
    "dotenv.main.set_key": (("key_to_set", 1), ("value_to_set", 2)),
}
# Bases of classes whose fields have their values from the environment, if it has them.
SETTINGS_CLASSES = frozenset({"pydantic_settings.BaseSettings", "pydantic.BaseSettings", "pydantic.v1.BaseSettings"})

# Programs that have nothing to do with the SDK, and so with its variables.
OTHER_PROGRAMS = frozenset(
    {
        *("afplay", "aplay", "cat", "chmod", "clear", "cls", "cp", "date", "diff", "espeak", "ffmpeg", "ffplay", "ffprobe"),
        *("find", "git", "grep", "head", "hg", "kill", "latexmk", "ls", "mkdir", "mpg123", "mpv", "mv", "notify-send"),
        *("nvidia-smi", "open", "osascript", "pandoc", "pbcopy", "pbpaste", "pdflatex", "pdftotext", "pip", "pip3", "ps"),
        *("rg", "rm", "say", "sort", "sox", "svn", "tail", "tar", "tesseract", "title", "touch", "tput", "unzip", "vlc"),
        *("wc", "which", "xclip", "xdg-open", "xsel", "yt-dlp", "zip"),
    }
)

# Packages with modules called `config`, `secrets` or the like that never set what the SDK reads; streamlit does so by itself, and
# not because of what is called of it.
_OTHERS = {
    "accelerate", "aiohttp", "alembic", "anthropic", "anyio", "attrs", "azure", "bitsandbytes", "boto3", "botocore", "bs4",
    "celery", "click", "cohere", "comet_ml", "cryptography", "datasets", "decouple", "diffusers", "docker", "faiss", "fastapi",
    "gensim", "google", "gradio", "groq", "httpx", "huggingface_hub", "hvac", "jinja2", "joblib", "jwt", "keras", "keyring",
    "kubernetes", "loguru", "matplotlib", "mistralai", "networkx", "nltk", "numpy", "ollama", "openai", "opentelemetry",
    "pandas", "peft", "pinecone", "pip", "playwright", "plotly", "psycopg", "psycopg2", "pydantic", "pydantic_settings",
    "pymongo", "pytest", "qdrant_client", "redis", "requests", "rich", "scipy", "seaborn", "selenium",
    "sentence_transformers", "setuptools", "sklearn", "slack_bolt", "slack_sdk", "spacy", "sqlalchemy", "starlette", "streamlit",
    "telegram", "tenacity", "tensorflow", "tiktoken", "torch", "torchvision", "tqdm", "transformers", "twilio", "typer",
    "urllib3", "uvicorn", "vertexai", "wandb", "yaml",
}  # fmt: skip


def leaves_it_alone(module: str) -> bool:
    """Whether a module, or what it holds, is of the standard library, or of a package that does nothing to the environment."""
    top = module.partition(".")[0]
    return top in sys.stdlib_module_names or top in _OTHERS


def meant_by(name: str) -> frozenset[str]:
    """The names of the SDK that an environment name is a near-miss of; none if it is one that the SDK reads itself."""
    letters = _letters(name)
    found = {right for right, pattern in _MISTAKEN.items() if pattern.fullmatch(letters)}
    if name not in _READ:
        found |= {right for right in _MISTAKEN if is_slip(letters, _letters(right))}
    elif name != "OPENAI_API_KEY":  # which does not do for Azure
        return frozenset()
    return frozenset(found - {name})


def _letters(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def names_key(name: str) -> bool:
    """Whether a name, of a variable in the environment or of the program, says that it holds a key for OpenAI."""
    return name in CREDENTIAL_ENVIRONMENT or _SAYS_KEY.fullmatch(name.upper()) is not None
