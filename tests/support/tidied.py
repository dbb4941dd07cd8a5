"""app.py that looks for garbage when it is told to, by SIGUSR1, and never by itself; it writes into its
log how much it found."""

from __future__ import annotations

import gc
import signal
import sys
from typing import Any

from linefinder.bootstrap import prepare

MODE = prepare(serving=True)

from linefinder.run import run  # noqa: E402
from linefinder.serving import garbage  # noqa: E402


def look(*_: Any) -> None:
    print(f"garbage: {gc.collect()} objects", flush=True)


if __name__ == "__main__":
    garbage.COLLECT_AFTER = (10**9, 10**9, 10**9)
    signal.signal(signal.SIGUSR1, look)
    sys.exit(run(MODE))
