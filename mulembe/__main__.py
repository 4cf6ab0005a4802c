"""``python -m mulembe``: every number of the pages without a browser."""

import sys

from mulembe.cli import main

sys.exit(main())
