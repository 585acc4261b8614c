"""Run as a script: what stands beside it comes before what stands beside the package."""

from helper import ask


def run():
    while True:
        try:
            return ask()
        # fine: this `ask` is none that asks a service
        except Exception:
            continue
