import os

import openai

openai.api_key = os.environ["OPENAI_API_KEY"]


def ask(text):
    return openai.ChatCompletion.create(model="gpt-4", messages=[{"role": "user", "content": text}])["choices"][0]["message"]["content"]


def test_other_key(monkeypatch):
    monkeypatch.setattr(openai, "api_key", os.environ["TEAM_KEY"])
    assert ask("by the team")


def test_other_key_by_text(monkeypatch):
    monkeypatch.setattr("openai.api_key", os.environ["TEAM_KEY"])
    monkeypatch.setenv("SOMETHING", "else")
    assert ask("by the team, too")


def test_own_key():
    assert ask("by myself")
