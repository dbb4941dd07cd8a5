"""app.py that pauses after each client of a room, as it else does after some hundreds, and whose
sockets take little at a time: whatever may come between two portions, or parts of a frame, comes."""

from __future__ import annotations

import sys

from linefinder.bootstrap import prepare

MODE = prepare(serving=True)

from linefinder.live import fanout  # noqa: E402
from linefinder.run import run  # noqa: E402
from linefinder.serving import server  # noqa: E402

if __name__ == "__main__":
    server.SEND_BUFFER = 4096
    fanout.PORTION, fanout.HOLD_SECONDS = 1, 0.0
    sys.exit(run(MODE))
