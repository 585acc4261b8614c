"""A router with fallback from one model to the next."""
import logging

import openai
from openai.error import OpenAIError

log = logging.getLogger("router")
log.addHandler(logging.NullHandler())


class Router:
    models = ["fails-503", "fails-429", "gpt-4"]

    def __init__(self):
        self.used = None

    def chat(self, messages):
        errors = []
        for self.used in self.models:
            try:
                return openai.ChatCompletion.create(model=self.used, messages=messages)
            except OpenAIError as e:
                log.warning("model %s failed: %s", self.used, e)
                errors.append((self.used, e.http_status))
                print("failed", errors[-1])
        raise RuntimeError("all models failed")


r = Router()
response = r.chat([{"role": "user", "content": "route"}])
print(r.used, response["choices"][0]["message"]["content"])
