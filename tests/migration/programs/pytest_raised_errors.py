"""Tests that raise errors of the SDK without knowing mocks."""

import os

import openai
import pytest

openai.api_key = os.environ["OPENAI_API_KEY"]


def summarize(text, retries=2):
    for attempt in range(retries + 1):
        try:
            answer = openai.ChatCompletion.create(model="gpt-3.5-turbo", messages=[{"role": "user", "content": text}])
            return answer.choices[0].message.content
        except openai.error.APIConnectionError:
            if attempt == retries:
                raise
        except openai.error.RateLimitError as error:
            return "later: %s (%s)" % (error, error.http_status)


def test_gives_up(monkeypatch):
    calls = []

    def broken(*args, **kwargs):
        calls.append(kwargs["model"])
        raise openai.error.APIConnectionError("no network")

    monkeypatch.setattr("openai.ChatCompletion.create", broken)
    with pytest.raises(openai.error.APIConnectionError):
        summarize("x")
    assert calls == ["gpt-3.5-turbo"] * 3


def test_limit(monkeypatch):
    def limited(*args, **kwargs):
        raise openai.error.RateLimitError("slow down", http_status=429)

    monkeypatch.setattr(openai.ChatCompletion, "create", limited)
    assert summarize("x") == "later: slow down (429)"


def test_real():
    assert summarize("one") == "You said: one"
