import os
import sys
from getpass import getpass

from openai import AuthenticationError

from clients import get_client
from writer import draft


def ensure_access():
    try:
        get_client().models.list()
    except AuthenticationError:
        os.environ["OPENAI_API_KEY"] = getpass("Another key: ").strip()  # expect: OAK301


def main():
    ensure_access()
    print(draft(sys.argv[1:]))
