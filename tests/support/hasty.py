"""app.py that waits 2 s for the answer to a ping, not 20: who vanished is found that much sooner."""

from __future__ import annotations

import sys

from linefinder.bootstrap import prepare

MODE = prepare(serving=True)

from linefinder.live import hall  # noqa: E402
from linefinder.run import run  # noqa: E402

if __name__ == "__main__":
    hall.PING_TIMEOUT_SECONDS = 2
    sys.exit(run(MODE))
