import os
import subprocess
from getpass import getpass

from reviewing import Reviewer


# fine: the other program sees it
def main(path):
    os.putenv("OPENAI_API_KEY", getpass("Key: ").strip())
    subprocess.run(["review", path])
    print(Reviewer().review(path.read_text()))
