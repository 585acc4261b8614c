"""Asks for a key, and builds clients."""

import os

from providers import Moonshot, Nebius


def check_key(key):
    if not key:
        raise SystemExit("no key")


def main():
    check_key(os.getenv("MOONSHOT_API_KEY"))
    return Moonshot(), Nebius()
