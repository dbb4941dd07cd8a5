"""flask simulate: what policies of polling would have made of recordings."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from linefinder.cli.checks import say_json
from linefinder.cli.ending import give_up
from linefinder.domain.odds import iso, parse_time
from linefinder.simulate.judge import Polled
from linefinder.simulate.policies import POLICIES
from linefinder.simulate.report import Interval, Row, compare
from linefinder.simulate.world import RecordingUnusable, Track, World, read_track

COST = 3
"""Credits of a poll here: the full board of one sport, three markets of one region."""
WIDTH = 112
FILE = click.Path(path_type=Path, dir_okay=False)


class Moment(click.ParamType):  # type: ignore[type-arg]
    """A time with an offset, as seconds since 1970."""

    name = "time"

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        try:
            return parse_time(value).timestamp()
        except ValueError:
            self.fail(f"{value!r} is no time such as 2026-07-21T12:00:00Z", param, ctx)


@click.command()
@click.argument("recordings", nargs=-1, required=True, type=FILE)
@click.option(
    "--credits",
    "credits_",
    required=True,
    type=click.IntRange(COST),
    help="To spend in the window.",
)
@click.option(
    "--train", multiple=True, type=FILE, help="Recording to learn from up to --from; repeatable."
)
@click.option(
    "--policy", multiple=True, type=click.Choice(POLICIES), help="Only this one; repeatable."
)
@click.option(
    "--from", "begin", type=Moment(), help="Begin of the window.  [default: of the recordings]"
)
@click.option("--to", "end", type=Moment(), help="End of the window.  [default: of the recordings]")
@click.option(
    "--polls-out", type=FILE, help="Write the polls of the one --policy, a JSON line each."
)
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
def simulate(
    recordings: tuple[Path, ...], credits_: int, train: tuple[Path, ...], policy: tuple[str, ...],
    begin: float | None, end: float | None, polls_out: Path | None, json_: bool,
) -> None:  # fmt: skip
    """Replay RECORDINGS together and judge when to poll, in the window that is common to all.

    Every poll is of one sport, the full board, 3 credits. Only the oracles see the future.
    """
    if polls_out and len(policy) != 1:
        give_up("--polls-out takes exactly one --policy", 2)
    if polls_out:
        _put(polls_out, "")  # a path that can't be written to is told before the work, not after
    with _progress() as say:
        try:
            say("reading")
            world = _world([read_track(path) for path in recordings], begin, end)
            training: dict[str, list[Track]] = {}
            for path in train:
                track = _of_use(read_track(path), path, world)
                training.setdefault(track.sport, []).append(track)
        except RecordingUnusable as error:
            give_up(str(error), 2)
        rows, done = compare(world, credits_ // COST, training, policy or POLICIES, say)
    if polls_out:
        _write(polls_out, world, done[policy[0]])
    if json_:
        say_json({**_window(world), "policies": [asdict(row) for row in rows]})
    else:
        Console(width=max(WIDTH, Console().width)).print(_table(world, rows))


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda words: None
        return
    with console.status("reading ...") as status:
        yield lambda words: status.update(f"{words} ...")


def _world(tracks: list[Track], begin: float | None, end: float | None) -> World:
    sports = [track.sport for track in tracks]
    if len(set(sports)) < len(sports):
        raise RecordingUnusable("two recordings are of the same sport")
    first = max(float(track.times[0]) for track in tracks)
    last = min(float(track.times[-1]) for track in tracks)
    return World(tracks, first if begin is None else begin, last if end is None else end)


def _of_use(track: Track, path: Path, world: World) -> Track:
    """A track to learn from; one of another sport would be passed over without a word."""
    sports = [one.sport for one in world.tracks]
    if track.sport not in sports:
        raise RecordingUnusable(f"--train {path} is of {track.sport}, not of {', '.join(sports)}")
    return track


def _window(world: World) -> dict[str, Any]:
    begin, end = (datetime.fromtimestamp(at, UTC) for at in (world.begin, world.end))
    sports = [track.sport for track in world.tracks]
    return {"from": iso(begin), "to": iso(end), "sports": sports}


def _write(path: Path, world: World, polls: Iterable[Polled]) -> None:
    lines = [
        json.dumps(
            {
                "at": datetime.fromtimestamp(poll.at, UTC).isoformat().replace("+00:00", "Z"),
                "sport": world.tracks[poll.track].sport,
                "credits": COST,
            }
        )
        for poll in sorted(polls)
    ]
    _put(path, "".join(f"{line}\n" for line in lines))


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        give_up(f"{path} can't be written: {error.strerror}", 2)


def _table(world: World, rows: Iterable[Row]) -> Table:
    window = _window(world)
    title = f"{', '.join(window['sports'])}, {window['from']} to {window['to']}"
    said = (
        f"Delays in minutes, {COST} credits a poll. Skill: fixed 0, the oracle 1; 90 % intervals."
    )
    table = Table(title=title, caption=said, box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("policy", no_wrap=True)
    for name in ("polls", "fresh", "delay", "p95", "missed", "skill", "", "delay skill", ""):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            row.policy,
            str(row.polls),
            f"{row.freshness:.3f}",
            f"{row.mean_delay:.1f}",
            f"{row.p95_delay:.0f}",
            f"{row.missed:,}",
            *_skill(row.skill, row.skill_interval),
            *_skill(row.delay_skill, row.delay_skill_interval),
        )
    return table


def _skill(skill: float, interval: Interval) -> tuple[str, str]:
    skill = skill or 0.0  # no minus before nothing
    return f"{skill:.2f}", f"{interval[0] or 0.0:.2f}..{interval[1] or 0.0:.2f}"
