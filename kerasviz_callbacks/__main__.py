"""`python -m kerasviz_callbacks`, the same as the command `kerasviz`."""

import sys

from kerasviz_callbacks.commands.main import main

if __name__ == "__main__":
    sys.exit(main())
