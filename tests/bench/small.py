"""A small server: what 5,000 viewers take of one core and of memory while a board goes on.

`python -m tests.bench.small 5000` for 5,000 viewers, all of whom offer permessage-deflate: two minutes
with pings and heartbeats as they are by default, and an update each minute, or each second.
"""

from __future__ import annotations

import sys

from tests.bench.fanout import PYTHON, Steered

VIEWERS, SECONDS, PING_SECONDS = 5000, 120, 30
GAPS = (60, 1)


def main(viewers: int = VIEWERS) -> None:
    """Print the share of one core, memory, and bytes a viewer-hour."""
    with Steered(0, *PYTHON, "tests.bench._hall", "direct", PING_SECONDS) as hall:
        url = f"http://127.0.0.1:{hall.hear()['port']}"
        with Steered(1, *PYTHON, "tests.bench._crowd", url, viewers, 1.0) as crowd:
            rate = viewers / crowd.hear()["seconds"]
            print(f"{viewers:,} viewers came at {rate:.0f} a second")
            before = crowd.ask("expect 0")["taken"]
            for gap in GAPS:
                cpu = hall.ask(f"go {SECONDS} {gap}")["cpu"]
                heard = crowd.ask(f"expect {SECONDS // gap}")
                if heard["faults"] or heard["lost"]:
                    raise SystemExit(f"not everyone heard everything: {heard}")
                taken = (heard["taken"] - before) / viewers * 3600 / SECONDS
                before = heard["taken"]
                memory = hall.ask("look")["memory"] / 2**20
                print(
                    f"an update each {gap} s: {cpu / SECONDS:.1%} of a core, {memory:.0f} MB in all, "
                    f"{taken:,.0f} bytes a viewer-hour",
                    flush=True,
                )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
