"""A flag, and who sets it."""

stopped = False


def stop():
    global stopped
    stopped = True
