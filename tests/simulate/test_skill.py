"""The planner on recorded odds: how near it comes to the best that any schedule could have done."""

from __future__ import annotations

import pytest

from linefinder.simulate.report import Row, compare
from linefinder.simulate.world import World, read_track
from tests.support.recordings import Recordings

MONTH = 30.4 * 86_400
NAMES = ("mlb-2026-07", "wnba-2026-07")


@pytest.fixture(scope="module")
def world(recordings: Recordings) -> World:
    tracks = [read_track(recordings.path(name)) for name in NAMES]
    begin = max(float(track.times[0]) for track in tracks)
    end = min(float(track.times[-1]) for track in tracks)
    return World(tracks, (begin + end) / 2, end)


def rows_of(world: World, monthly: int) -> dict[str, Row]:
    """Every policy with the credits of the window, taught by the first half of the recordings."""
    polls = int(monthly * (world.end - world.begin) / MONTH / 3)
    rows, _ = compare(world, polls, {track.sport: [track] for track in world.tracks})
    return {row.policy: row for row in rows}


@pytest.mark.parametrize(
    "monthly",
    [pytest.param(500, marks=pytest.mark.slow), pytest.param(5000, marks=pytest.mark.long)],
)
def test_the_planner_has_the_skill_that_is_asked_of_it(monthly: int, world: World) -> None:
    rows = rows_of(world, monthly)
    assert rows["staleness"].skill >= 0.50
    assert rows["delay"].delay_skill >= 0.60
    assert rows["staleness"].skill > rows["sqrt"].skill
    assert rows["delay"].delay_skill > rows["sqrt"].delay_skill
