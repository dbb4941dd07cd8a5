"""What the healthy notice of viewers that stop reading: time until 99 % of the healthy have an update.

`python -m tests.bench.stalled 1000` for 1,000 viewers, of which 5 % stop reading in the second run.
"""

from __future__ import annotations

import sys
from statistics import median

from tests.bench.fanout import PYTHON, Steered

VIEWERS, ROUNDS, SHARE = 1000, 100, 0.05


def p99(viewers: int, stalled: int) -> float:
    """Milliseconds, median of the later half of the rounds: by then all buffers are full."""
    with Steered(0, *PYTHON, "tests.bench._hall", "direct") as hall:
        url = f"http://127.0.0.1:{hall.hear()['port']}"
        with Steered(1, *PYTHON, "tests.bench._crowd", url, viewers, 0.0, stalled) as crowd:
            crowd.hear()
            hall.say(f"tell {ROUNDS} 0.1")
            heard, told = crowd.ask(f"expect {ROUNDS}"), hall.hear()
    if heard["faults"] or heard["lost"]:
        raise SystemExit(f"the healthy noticed: {heard['faults']}, {heard['lost']} lost")
    late = [at - began for at, began in zip(heard["p99"], told["began"], strict=True)]
    return float(median(late[ROUNDS // 2 :])) * 1e3


def main(viewers: int = VIEWERS) -> None:
    """Print both, and their ratio."""
    stalled = int(viewers * SHARE)
    alone, beside = p99(viewers - stalled, 0), p99(viewers, stalled)
    print(f"{viewers - stalled} healthy alone: {alone:.0f} ms")
    print(f"beside {stalled} that read nothing: {beside:.0f} ms, {beside / alone:.2f}x")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
