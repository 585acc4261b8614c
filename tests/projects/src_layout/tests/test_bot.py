import time

import bot
from bot import ask


def test_patience():
    while True:
        try:
            assert ask("How are you?")
            break
        except Exception:  # expect: OAK401
            time.sleep(1)


def test_late(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "test")  # expect: OAK301
    assert bot.ask("How are you?")
