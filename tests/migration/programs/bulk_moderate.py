import sys
import openai
from openai import Moderation
from openai.error import RateLimitError, InvalidRequestError

MAX = 2


def moderate(lines):
    for start in range(0, len(lines), MAX):
        batch = lines[start:start + MAX]
        try:
            response = Moderation.create(input=batch)
        except (RateLimitError, InvalidRequestError) as e:
            yield from ((line, None) for line in batch)
            continue
        yield from zip(batch, (r["flagged"] for r in response["results"]))


for line, flagged in moderate(["a", "kill b", "c", "fails-429", "d"]):
    print({True: "BAD ", False: "ok  ", None: "??  "}[flagged] + line)
