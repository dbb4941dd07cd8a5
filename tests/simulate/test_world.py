"""Simulated time: what is judged, and that nobody but an oracle sees the future."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linefinder.simulate.judge import Polled, judge, missed
from linefinder.simulate.policies import POLICIES, polls_of
from linefinder.simulate.report import compare
from linefinder.simulate.world import Eye, RecordingUnusable, Track, World, read_track
from tests.simulate.worlds import record

HONEST = [policy for policy in POLICIES if not policy.startswith("oracle")]


@pytest.fixture(scope="module")
def tracks(tmp_path_factory: pytest.TempPathFactory) -> list[Track]:
    folder = tmp_path_factory.mktemp("recordings")
    return [
        read_track(record(folder / f"{sport}.jsonl", sport, seed=number))
        for number, sport in enumerate(("chess", "darts"))
    ]


@pytest.fixture
def world(tracks: list[Track]) -> World:
    begin = float(tracks[0].times[96])
    return World(tracks, begin, float(tracks[0].times[-1]))


def taught(tracks: Sequence[Track]) -> dict[str, list[Track]]:
    return {track.sport: [track] for track in tracks}


def test_polls_at_every_answer_are_always_right(world: World) -> None:
    polls = [Polled(float(at), number) for number in (0, 1) for at in world.ticks]
    score = judge(world, polls)
    assert score.freshness == pytest.approx(1)
    assert score.mean_delay == 0
    assert missed(world, polls) == 0


def test_without_a_poll_a_change_waits_for_the_end(world: World) -> None:
    score = judge(world, [])
    track = world.tracks[0]
    first, last = track.at(world.begin), track.at(world.end - 1)
    rows = track.values[first : last + 1]
    changed = np.flatnonzero((rows[1:] != rows[:-1]).any(axis=1))
    longest = world.end - track.times[first + 1 + changed[0]]
    assert score.waits.max() == pytest.approx(longest, abs=2000)
    assert missed(world, []) == len(score.waits)
    assert 0 < score.freshness < 0.6


def test_freshness_is_the_share_of_line_time_that_is_right() -> None:
    """Two answers, one line each, which changed: right for half of the window."""
    values = np.array([[0], [1], [1]], np.int32)
    track = Track("x", np.array([0.0, 50, 100]), values, np.zeros(1, np.int32), ["e"], [{}, {}, {}])
    world = World([track], 0.0, 100.0)
    assert judge(world, []).freshness == 0.5
    assert judge(world, [Polled(75.0, 0)]).freshness == 0.75
    assert judge(world, [Polled(75.0, 0)]).mean_delay == 25
    assert judge(world, [Polled(50.0, 0)]).mean_delay == 0
    gone = World([replace(track, values=np.array([[0], [-1], [-1]], np.int32))], 0.0, 100.0)
    assert judge(gone, []).freshness == 0.5  # shown and gone counts
    assert judge(gone, [Polled(50.0, 0)]).freshness == 1


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_no_policy_polls_more_than_it_may(policy: str, world: World, tracks: list[Track]) -> None:
    polls = polls_of(policy, world, 15, taught(tracks))
    assert 10 <= len(polls) <= 15
    assert all(world.begin <= poll.at < world.end for poll in polls)


@pytest.mark.slow
def test_the_oracles_are_best_at_what_they_are_for(world: World, tracks: list[Track]) -> None:
    rows, _ = compare(world, 15, taught(tracks))
    scores = {row.policy: row for row in rows}
    assert scores["oracle-freshness"].freshness == max(row.freshness for row in rows)
    assert scores["oracle-delay"].mean_delay == min(row.mean_delay for row in rows)
    assert (scores["fixed"].skill, scores["oracle-freshness"].skill) == (0, 1)
    assert scores["staleness"].skill > 0.2
    for row in rows:
        low, high = row.skill_interval
        assert low <= row.skill <= high or row.policy in ("fixed", "oracle-freshness")


def with_another_future(world: World, after: float) -> World:
    """The same world until a moment, and another one from then on."""
    chance = np.random.default_rng(3)
    tracks = []
    for track in world.tracks:
        values, late = track.values.copy(), track.times > after
        values[late] = chance.integers(-1, 400, values[late].shape)
        schedules = [
            {} if is_late else schedule
            for is_late, schedule in zip(late, track.schedules, strict=True)
        ]
        tracks.append(replace(track, values=values, schedules=schedules))
    return World(tracks, world.begin, world.end)


def sees_the_future(policy: str, world: World, tracks: Sequence[Track]) -> bool:
    """Whether polls before a moment depend on what happens after it."""
    moment = (world.begin + world.end) / 2
    other = with_another_future(world, moment)
    before = [
        [poll for poll in polls_of(policy, one, 24, taught(tracks)) if poll.at <= moment]
        for one in (world, other)
    ]
    return before[0] != before[1]


@pytest.mark.slow
@pytest.mark.parametrize("policy", HONEST)
def test_no_honest_policy_sees_the_future(policy: str, world: World, tracks: list[Track]) -> None:
    assert not sees_the_future(policy, world, tracks)


@pytest.mark.slow
def test_a_planted_leak_is_caught(
    world: World, tracks: list[Track], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sees_the_future("oracle-freshness", world, tracks)

    def leaks(self: Eye) -> object:
        """The schedule of six hours later."""
        return self._track.schedules[self._track.at(self._now + 6 * 3600)]

    monkeypatch.setattr(Eye, "schedule", leaks)
    assert sees_the_future("staleness", world, tracks)


@pytest.mark.slow
def test_training_ends_where_the_window_begins(world: World, tracks: list[Track]) -> None:
    honest = polls_of("staleness", world, 15, taught(tracks))
    other = taught(with_another_future(world, world.begin).tracks)
    assert polls_of("staleness", world, 15, other) == honest


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "0 sports"),
        ("{", "not a recording"),
        ('{"at": "2026-03-01T00:00:00Z", "odds": []}\n', "not a recording"),
        ('{"at": "soon", "sport": "x", "odds": []}\n', "not a recording"),
    ],
)
def test_a_file_that_is_no_recording_is_named(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(text)
    with pytest.raises(RecordingUnusable, match=words) as caught:
        read_track(path)
    assert "bad.jsonl" in str(caught.value)


def test_a_window_outside_of_the_recording_is_refused(tracks: list[Track]) -> None:
    first = float(tracks[0].times[0])
    for begin, end in (
        (first - 9000, first + 9000),
        (first, first + 10**7),
        (first + 9, first + 9),
    ):
        with pytest.raises(RecordingUnusable, match="window"):
            World(tracks, begin, end)
