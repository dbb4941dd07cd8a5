"""flask simulate, as a shell meets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from linefinder.simulate.judge import Polled, judge
from linefinder.simulate.world import World, read_track
from tests.simulate.worlds import record
from tests.support.rooms import House, open_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def simulate(house: House, *words: object) -> Result:
    result = house.app.test_cli_runner().invoke(args=["simulate", *map(str, words)])
    assert "Traceback" not in result.output
    return result


@pytest.mark.slow
def test_the_figures_can_be_checked_from_the_polls(house: House, tmp_path: Path) -> None:
    files = [record(tmp_path / f"{sport}.jsonl", sport) for sport in ("chess", "darts")]
    out = tmp_path / "polls.jsonl"
    window = ("--from", "2026-03-02T00:00:00Z", "--to", "2026-03-03T18:00:00Z")
    training = [word for file in files for word in ("--train", file)]
    wanted = ("--policy", "staleness", "--polls-out", out, "--json")
    result = simulate(house, *files, "--credits", 50, *window, *training, *wanted)
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["from"], told["to"]) == (window[1], window[3])
    [row] = told["policies"]
    polls = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(polls) == row["polls"] <= 16
    assert {poll["credits"] for poll in polls} == {3}
    assert row["freshness"] == pytest.approx(scored(files, window, polls).freshness)
    assert row["mean_delay"] == pytest.approx(scored(files, window, polls).mean_delay / 60)


def scored(files: list[Path], window: tuple[str, ...], polls: list[Any]) -> Any:
    from_, to = (at_of(text) for text in (window[1], window[3]))
    tracks = [read_track(file) for file in files]
    sports = [track.sport for track in tracks]
    made = [Polled(at_of(poll["at"]), sports.index(poll["sport"])) for poll in polls]
    return judge(World(tracks, from_, to), made)


def at_of(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.slow
def test_the_table_names_every_policy(house: House, tmp_path: Path) -> None:
    result = simulate(house, record(tmp_path / "x.jsonl", "chess"), "--credits", 30)
    assert result.exit_code == 0, result.output
    for policy in ("fixed", "sqrt", "delay", "staleness", "oracle-freshness", "oracle-delay"):
        assert f" {policy} " in result.stdout


def test_what_is_wrong_is_named(house: House, tmp_path: Path) -> None:
    good = record(tmp_path / "x.jsonl", "chess")
    other = record(tmp_path / "y.jsonl", "darts")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"at": "2026-03-02T00:00:00Z", "sport": "chess", "odds": {"a": 1}}\n')
    unwritable = ("--policy", "fixed", "--polls-out", tmp_path / "no" / "p")
    for words, said in (
        ([tmp_path / "none.jsonl", "--credits", 30], "none.jsonl"),
        ([good, good, "--credits", 30], "same sport"),
        ([good, "--credits", 2], "--credits"),
        ([good, "--credits", 30, "--from", "soon"], "'soon' is no time"),
        ([good, "--credits", 30, "--from", "2030-01-01T00:00:00Z"], "window"),
        ([good, "--credits", 30, "--policy", "luck"], "luck"),
        ([good, "--credits", 30, "--polls-out", tmp_path / "p"], "exactly one --policy"),
        ([good, "--credits", 30, *unwritable], "can't be written"),
        ([good, "--credits", 30, "--train", other], "is of darts, not of chess"),
        ([broken, "--credits", 30], "the answer of 2026-03-02T00:00:00Z"),
        (["--credits", 30], "RECORDINGS"),
    ):
        result = simulate(house, *words)
        assert result.exit_code == 2, words
        assert said in result.stderr
