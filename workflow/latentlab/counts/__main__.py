"""`python -m latentlab.counts`: see `command_line`."""

import sys

from latentlab.counts.command_line import main

if __name__ == "__main__":
    sys.exit(main())
