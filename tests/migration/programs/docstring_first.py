#!/usr/bin/env python3
# Copyright 2022 Somebody
"""
A tool with a docstring, a future import, and settings between the imports.
"""
from __future__ import print_function

import openai
openai.api_key_path = None
import json
import sys

__version__ = "0.1"


def cli(argv=None):
    argv = sys.argv[1:] if argv is None else argv
    result = openai.Completion.create(engine="curie", prompt=" ".join(argv) or "nothing", max_tokens=5)
    json.dump({"text": result["choices"][0]["text"].strip(), "model": result["model"]}, sys.stdout)
    sys.stdout.write("\n")


if __name__ == "__main__":
    cli()
