import time

from app import two


def patient(function):
    def wrapper(*args):
        while True:
            try:
                return function(*args)
            except Exception:
                time.sleep(1)

    return wrapper


def loop(prompt):
    while True:
        try:
            return two.ask(prompt)
        except Exception:  # expect: OAK401
            time.sleep(1)


# fine: the decorator lets nothing out
def loop_around_patience(prompt):
    while True:
        try:
            return two.ask_patiently(prompt)
        except Exception:
            time.sleep(1)
