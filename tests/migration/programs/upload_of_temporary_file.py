"""Transcribes what has been recorded, by way of temporary files."""

import os
import tempfile

import openai

openai.api_base = os.environ["API_BASE"]


def transcribe(recorded):
    with tempfile.NamedTemporaryFile(prefix="memo", suffix=".mp3") as memo:
        memo.write(recorded)
        memo.seek(0)
        return openai.Audio.transcribe("whisper-1", memo)["text"]


def translate(recorded):
    kept = tempfile.NamedTemporaryFile(suffix=".wav", delete=False)
    try:
        kept.write(recorded)
        kept.close()
        with open(kept.name, "rb") as file:
            return openai.Audio.translate(model="whisper-1", file=file).text
    finally:
        os.unlink(kept.name)


print(transcribe(b"ID3 one"))
print(translate(b"RIFF two"))
