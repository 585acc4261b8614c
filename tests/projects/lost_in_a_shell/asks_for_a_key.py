import os
from getpass import getpass

from reviewing import Reviewer


def main(path):
    os.putenv("OPENAI_API_KEY", getpass("Key: ").strip())  # expect: OAK302
    print(Reviewer().review(path.read_text()))
