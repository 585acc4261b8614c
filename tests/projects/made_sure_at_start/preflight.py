import os
import sys

REQUIRED = ("OPENAI_API_KEY", "QUEUE_URL")


def run():
    lacking = [name for name in REQUIRED if not os.environ.get(name)]
    if lacking:
        sys.exit(78)
