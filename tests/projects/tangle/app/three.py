import time

from app import broken, other
from app.other import ask


# fine: another function of that name
def loop(prompt):
    while True:
        try:
            return ask(prompt)
        except Exception:
            time.sleep(1)


# fine: it does not parse
def broken_loop(prompt):
    while True:
        try:
            return broken.ask(prompt)
        except Exception:
            time.sleep(1)
