"""Telling a room of many: LineFinder beside stock Flask-SocketIO and a bare loop of send().

`python -m tests.bench.fanout 8000 5` for 8,000 viewers and 5 turns, `... 8000 5 direct` for one
server. Server and load each have a core of their own. In each turn every server is started anew and
tells five updates, one server after the other; figures are medians of the turns, of which each is the
median of its updates. A ratio is the median of the ratios within a turn: two cores that others share
are a fourth slower in one minute than in the next.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from linefinder import wire
from linefinder.live.tally import BOUNDS
from tests.bench._season import SPORT, Season
from tests.support.machine import fresh_env
from tests.support.recordings import ROOT

VIEWERS, TURNS, ROUNDS = 1000, 3, 5
PYTHON = (sys.executable, "-m")
HALLS = ("floor", "direct", "stock", "socket.io", "ws")
NODE = ROOT / "tests/bench/node"
SHARES = {"plain": 0.0, "deflated": 1.0}
COLUMNS = (
    "server",
    "frames",
    "CPU a delivery",
    "of the floor",
    "last has it",
    "of the floor's",
    "memory a client",
    "connects a second",
    "CPU a connect",
    "bytes a delivery",
)
NAMES = {
    "floor": "send() in a loop",
    "direct": "LineFinder",
    "stock": "stock Flask-SocketIO (FANOUT=stock)",
    "socket.io": "Node socket.io (never deflates)",
    "ws": "Node ws (never deflates)",
}


class Row(NamedTuple):
    """Microseconds of CPU a delivery, milliseconds until the last has it, KB a client, clients a
    second, microseconds of CPU a client that comes, bytes a delivery."""

    cpu: float
    last: float
    memory: float
    connects: float
    coming: float
    taken: float


class Steered(AbstractContextManager["Steered"]):
    """A process on a core of its own: a line to it, a line of JSON back."""

    def __init__(self, core: int, *command: object) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self.process = subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=fresh_env(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        os.sched_setaffinity(self.process.pid, {cores[core % len(cores)]})

    def hear(self) -> Any:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.process.args!r} ended")
        return json.loads(line)

    def say(self, line: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ask(self, line: str) -> Any:
        self.say(line)
        return self.hear()

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(10)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()


def measure(kind: str, viewers: int, share: float) -> Row:
    """One server with that many viewers, of which a share offers permessage-deflate."""
    with ExitStack() as stack:
        hall = stack.enter_context(Steered(0, *command_of(kind, stack)))
        opened = hall.hear()
        url = f"http://127.0.0.1:{opened['port']}"
        with Steered(1, *PYTHON, "tests.bench._crowd", url, viewers, share) as crowd:
            seconds = crowd.hear()["seconds"]
            inside = hall.ask("look")
            gap = 0.3 + viewers * (0.0004 if kind == "stock" else 0.0001)
            first = rounds_of(hall, crowd, 1, gap)
            told = rounds_of(hall, crowd, ROUNDS, gap)
            held = hall.ask("look")
    if kind != "floor" and told["checked"] != first["checked"] + ROUNDS:
        raise SystemExit(f"checksums of {told['checked']} updates were looked at")
    if held["holds"]:
        print(f"telling kept the loop {spread(held['holds'])}", file=sys.stderr)
        print(f"it came back late by {spread(held['lags'])}", file=sys.stderr)
    return Row(
        median(told["cpu"]) / viewers * 1e6,
        median(told["seconds"]) * 1e3,
        (inside["memory"] - opened["memory"]) / viewers / 1024,
        viewers / seconds,
        (inside["spent"] - opened["spent"]) / viewers * 1e6,
        (told["taken"] - first["taken"]) / viewers / ROUNDS,
    )


def spread(counts: list[int]) -> str:
    """A histogram in words."""
    ends = [*(f"up to {bound * 1e3:g} ms" for bound in BOUNDS), "longer"]
    return ", ".join(f"{end}: {count}" for end, count in zip(ends, counts, strict=True) if count)


def command_of(kind: str, stack: ExitStack) -> list[object]:
    """How a server is started. Node's get a file with the season's updates."""
    if kind not in ("socket.io", "ws"):
        return [*PYTHON, "tests.bench._hall", kind]
    file = Path(stack.enter_context(TemporaryDirectory())) / "messages"
    season = Season()
    board = season.boards.snapshot(SPORT, season.now)
    messages = [board, *(season.message(season.move()) for _ in range(ROUNDS + 1))]
    file.write_bytes(b"\n".join(wire.encode(message) for message in messages))
    return ["node", NODE / "hall.js", kind, file]


def without_node() -> str | None:
    """Why Node's servers can't be measured, None where they can."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "no node and npm on this machine"
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--silent"]
    if subprocess.run(command, cwd=NODE, timeout=120, check=False).returncode:
        return "npm install failed"
    return None


def rounds_of(hall: Steered, crowd: Steered, rounds: int, gap: float) -> Any:
    """Tell so many updates; what they cost, and when the last viewer had each. The load is told first:
    while it waits it never sleeps (`_crowd`)."""
    crowd.say(f"expect {rounds}")
    told = hall.ask(f"tell {rounds} {gap}")
    heard = crowd.hear()
    if heard["faults"] or heard["lost"] or len(heard["last"]) < rounds:
        raise SystemExit(f"not everyone heard everything: {heard}")
    seconds = [last - began for last, began in zip(heard["last"], told["began"], strict=True)]
    return {**told, **heard, "seconds": seconds}


def medians(rows: list[Row]) -> Row:
    """Of each figure."""
    return Row(*(median(figures) for figures in zip(*rows, strict=True)))


def ratios(rows: list[Row], floor: list[Row]) -> tuple[str, str]:
    """CPU and time until the last has it, beside the floor of the same turn."""
    if not floor:
        return "-", "-"
    pairs = list(zip(rows, floor, strict=True))
    cpu, last = median(a.cpu / b.cpu for a, b in pairs), median(a.last / b.last for a, b in pairs)
    return f"{cpu:.2f}", f"{last:.2f}"


def main(viewers: int = VIEWERS, turns: int = TURNS, halls: tuple[str, ...] = HALLS) -> None:
    """Print the table."""
    if {"socket.io", "ws"} & set(halls) and (reason := without_node()):
        print(f"Node is left out: {reason}")
        halls = tuple(kind for kind in halls if kind not in ("socket.io", "ws"))
    print(
        f"{viewers:,} viewers, medians of {turns} turns of {ROUNDS} updates, {os.cpu_count()} cores"
    )
    print("| " + " | ".join(COLUMNS) + " |")
    print("|---" * len(COLUMNS) + "|")
    for name, share in SHARES.items():
        rows: dict[str, list[Row]] = {kind: [] for kind in halls}
        for _ in range(turns):
            for kind in halls:
                rows[kind].append(measure(kind, viewers, share))
        for kind in halls:
            row, (cpu, last) = medians(rows[kind]), ratios(rows[kind], rows.get("floor", []))
            print(
                f"| {NAMES[kind]} | {name} | {row.cpu:.1f} us | {cpu} | {row.last:.0f} ms | {last} | "
                f"{row.memory:.0f} KB | {row.connects:.0f} | {row.coming:.0f} us | {row.taken:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    viewers_, turns_, *chosen = [*sys.argv[1:], *map(str, (VIEWERS, TURNS)[len(sys.argv) - 1 :])]
    main(int(viewers_), int(turns_), tuple(chosen) or HALLS)
