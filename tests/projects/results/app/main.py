import sys
import time

from app import api


def write_title(text: str) -> str:
    while True:
        result = api.title(text)  # expect: OAK401
        if result.ok:
            return result.text
        print(result.error)
        time.sleep(1)


# fine: what says that it is fatal ends it
def write_minutes(text: str) -> str:
    while True:
        result = api.minutes(text)
        if result.ok:
            return result.text
        if result.fatal:
            sys.exit(result.error)
        time.sleep(1)
