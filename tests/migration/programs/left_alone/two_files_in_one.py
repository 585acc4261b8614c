#!/usr/bin/env python
# -*- coding: utf-8 -*-
from typing import Optional
import openai
try:
    from openai.error import Timeout as OpenAITimeout, OpenAIError
except ImportError:
    OpenAITimeout = OpenAIError = Exception

_client = openai


def query(prompt: str, *, timeout: Optional[float] = None) -> Optional[str]:
    try:
        return _client.Completion.create(engine="davinci", prompt=prompt, request_timeout=timeout).choices[0].text.strip()
    except OpenAITimeout:
        return None


print(query("ünïcödé"))
print(query("never-answers", timeout=0.5))
