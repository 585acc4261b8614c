"""Transcriptions whose format is an argument, so that they are text or not."""

import io
import os
import sys

import openai

openai.api_key = os.getenv("OPENAI_API_KEY")


def transcribe(name, wanted):
    file = io.BytesIO(b"hello world")
    file.name = name
    return openai.Audio.transcribe("whisper-1", file, response_format=wanted)


for wanted in sys.argv[1:]:
    result = transcribe("a.mp3", wanted)
    if wanted == "verbose_json":
        text = " ".join(segment["text"] for segment in result["segments"])
    elif wanted == "json":
        text = result["text"]
    else:
        text = result
    print(wanted, text.strip().splitlines()[-1])
