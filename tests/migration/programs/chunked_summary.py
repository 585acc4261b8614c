"""Summarize a long text: first the parts, then the whole."""
import textwrap
from typing import Generator

import openai

TEXT = "word " * 60


def chunks(text: str, size: int = 100) -> Generator[str, None, None]:
    yield from textwrap.wrap(text, size)


def summarize(text: str) -> str:
    resp = openai.Completion.create(
        model="text-davinci-003",
        prompt=f"{text}\n\nTl;dr",
        temperature=0.7,
        max_tokens=60,
        top_p=1.0,
        frequency_penalty=0.0,
        presence_penalty=1,
        best_of=1,
        logit_bias={"50256": -100},
    )
    assert "choices" in resp and len(resp["choices"]) > 0
    return resp["choices"][0]["text"].strip()


parts = [summarize(c) for c in chunks(TEXT)]
print(len(parts))
print(summarize(" ".join(p[:10] for p in parts)))
