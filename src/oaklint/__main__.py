"""`python -m oaklint` is the command `oaklint`."""

import sys

from oaklint.cli import main

if __name__ == "__main__":
    sys.exit(main())
