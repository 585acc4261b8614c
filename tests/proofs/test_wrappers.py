"""What OAK105 says of other packages that build clients of the SDK, against these packages."""

from __future__ import annotations

import pytest

from oaklint.engine import Settings, check
from tests.proofs.environments import Environment
from tests.proofs.running import run
from tests.proofs.server import Server, fingerprint

# A client for ADDRESS that sends a request, whatever comes back; {key} is the argument with the key, or nothing.
REQUESTS = {
    "LangChain": """\
from langchain_openai import ChatOpenAI
ChatOpenAI(model="gpt-5", base_url=ADDRESS, max_retries=0{key}).invoke("hello")
""",
    "LangChain's completions": """\
from langchain_openai import OpenAI
OpenAI(openai_api_base=ADDRESS, max_retries=0{key}).invoke("hello")
""",
    "LlamaIndex": """\
from llama_index.llms.openai import OpenAI
OpenAI(model="gpt-4o", api_base=ADDRESS, max_retries=0{key}).complete("hello")
""",
    "Pydantic AI": """\
import asyncio
from pydantic_ai.providers.openai import OpenAIProvider
provider = OpenAIProvider(base_url=ADDRESS{key})
asyncio.run(provider.client.with_options(max_retries=0).post("/models", cast_to=object))
""",
    "Agents SDK": """\
import asyncio
from agents import OpenAIProvider
provider = OpenAIProvider(base_url=ADDRESS{key})
asyncio.run(provider.get_model("gpt-5")._client.with_options(max_retries=0).post("/models", cast_to=object))
""",
    "Agno": """\
from agno.models.openai import OpenAIChat
OpenAIChat(id="gpt-5", base_url=ADDRESS{key}).get_client().with_options(max_retries=0).models.list()
""",
    "smolagents": """\
from smolagents import OpenAIServerModel
OpenAIServerModel(model_id="gpt-5", api_base=ADDRESS{key}).client.with_options(max_retries=0).models.list()
""",
}


@pytest.mark.parametrize("key", ["", ', api_key=os.getenv("OTHER_KEY")'], ids=["left out", "None"])
@pytest.mark.parametrize("package", REQUESTS)
@pytest.mark.parametrize("environment", ["wrappers"], indirect=True)
def test_they_send_the_openai_key_to_another_host(environment: Environment, package: str, key: str) -> None:
    program = f"import os\n{REQUESTS[package].format(key=key)}"
    seen = program.replace("ADDRESS", '"https://api.deepseek.com"')
    assert "OAK105" in {finding.code for finding in check("program.py", seen.encode(), Settings())}
    with Server() as openai, Server([openai.key]) as other:
        run(
            program.replace("ADDRESS", "os.environ['OTHER']"),
            environment,
            server=openai,
            environ={"OTHER": other.url},
            timeout=120,
        )
    assert openai.requests == []
    assert {request.key for request in other.requests} == {fingerprint(openai.key)}
