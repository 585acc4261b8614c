import time


def patient(function):
    def wrapper(*args):
        while True:
            try:
                return function(*args)
            except Exception:
                time.sleep(1)

    return wrapper
