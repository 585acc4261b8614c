"""Things of the same names that belong to somebody else."""


class Completions:
    def create(self, **kwargs):
        return {"choices": [{"text": "mine", **kwargs}]}


class openai:
    Completion = Completions()
    api_key = None

    class error:
        class RateLimitError(Exception):
            http_status = 429


openai.api_key = "not the SDK"
try:
    print(openai.Completion.create(engine="mine")["choices"][0]["text"])
    raise openai.error.RateLimitError
except openai.error.RateLimitError as e:
    print(e.http_status)
