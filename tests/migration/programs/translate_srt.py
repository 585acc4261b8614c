#!/usr/bin/env python3
"""Translate subtitles line by line: translate_srt.py FILE LANGUAGE"""
import re
import sys
from time import sleep

import openai

PROMPT = "Translate to {language}: {text}"


def translate(text, language):
    for i in range(3):
        try:
            completion = openai.ChatCompletion.create(
                model="gpt-3.5-turbo",
                messages=[{"role": "user", "content": PROMPT.format(language=language, text=text)}],
            )
            t_text = (
                completion["choices"][0]
                .get("message")
                .get("content")
                .encode("utf8")
                .decode()
            )
            return t_text
        except openai.error.APIConnectionError:
            sleep(5)
        except Exception as e:
            print(type(e), "will sleep 60 seconds", file=sys.stderr)
            sleep(60)


def main(argv):
    path, language = argv[1:]
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            if not line or line.isdigit() or re.match(r"\d\d:", line):
                print(line)
            else:
                print(translate(line, language))


if __name__ == "__main__":
    main(sys.argv)
