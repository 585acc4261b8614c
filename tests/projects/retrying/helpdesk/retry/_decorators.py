import time


class Again:
    def __init__(self, times, on=(Exception,)):
        self.times = times
        self.on = on

    def __call__(self, function):
        def inner(*args, **kwargs):
            for _ in range(self.times):
                try:
                    return function(*args, **kwargs)
                except self.on:
                    time.sleep(1)

        return inner


class Stubborn:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        while True:
            try:
                return self.function(*args, **kwargs)
            except Exception:
                time.sleep(1)


def patient(function):
    def inner(*args, **kwargs):
        while True:
            try:
                return function(*args, **kwargs)
            except ConnectionError:
                time.sleep(1)

    return inner
