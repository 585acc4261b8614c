import os
from getpass import getpass

from reviewing import Reviewer


# fine: the client finds it
def main(path):
    key = getpass("Key: ").strip()
    os.environ["OPENAI_API_KEY"] = key
    os.putenv("OPENAI_API_KEY", key)
    print(Reviewer().review(path.read_text()))
