"""CPU of a plan of four sports, and how long it keeps viewers waiting."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.support.recordings import ROOT

CPU_AT_MOST, STALL_AT_MOST = 3.0, 50.0


def main() -> None:
    """A row for a plan as it is made (a week ahead) and one for a whole month."""
    words = [sys.executable, "-c", START]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    for days, (used, stall) in json.loads(done.stdout).items():
        print(
            f"{float(days):3.0f} days: {used:5.2f} s of CPU (at most {CPU_AT_MOST:g}), the longest"
            f" stall {stall:4.1f} ms (at most {STALL_AT_MOST:g}), medians of 5"
        )


# the driver has to be patched in before anything else is imported
START = (
    "import eventlet; eventlet.monkey_patch(); from tests.bench._plan_of_four import main; main()"
)
