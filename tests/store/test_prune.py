"""What is forgotten, and what never is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linefinder.store.prune import prune
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of

DAY = 86_400
SOON = "2027-06-01T00:00:00Z"


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, either_url) as opened:
        yield opened


def pruned(house: House, days: int) -> dict[str, int]:
    with house.app.app_context():
        counts = prune(days, house.clock())
        house.wiring.recorder.forget()
    return counts


def changes(house: House) -> list[tuple[int, float]]:
    """(version, price) of one line of the event that stays open."""
    rows = house.rows(
        "SELECT line_changes.version, line_changes.price FROM line_changes"
        " JOIN lines ON lines.id = line_id JOIN events ON events.id = lines.event_id"
        " JOIN outcomes ON outcomes.id = outcome_id JOIN bookmakers ON bookmakers.id = bookmaker_id"
        " WHERE outcomes.key = 'Boston Celtics' AND bookmakers.key = 'fanduel'"
        " AND events.key = 'open' ORDER BY line_changes.version"
    )
    return [(version, price) for version, price in rows]


def test_an_open_event_keeps_opener_and_what_stood_at_the_limit(house: House) -> None:
    for price in (-101, -102, -103, -104, -105):
        house.poll(odds_of(price, key="open", starts=SOON), seconds=10 * DAY)
    assert pruned(house, 15)["changes"] == 2  # version 2: a line of either book
    assert changes(house) == [(1, -101), (3, -103), (4, -104), (5, -105)]
    assert house.again().boards.stream(NBA).board == house.boards.stream(NBA).board


def test_an_event_that_is_over_goes_with_all_its_lines(house: House) -> None:
    house.poll(odds_of(key="over"), odds_of(key="open", starts=SOON))
    house.poll(odds_of(key="open", starts=SOON))
    house.clock.pass_by(40 * DAY)
    house.poll(odds_of(-120, key="open", starts=SOON))
    assert pruned(house, 30)["events"] == 1
    assert house.rows("SELECT key FROM events") == [("open",)]
    assert house.rows("SELECT COUNT(*) FROM lines") == [(8,)]
    # the same event may come again
    board = house.poll(odds_of(key="over"), odds_of(-120, key="open", starts=SOON)).board
    assert set(board.events) == {"over", "open"}
    assert house.again().boards.stream(NBA).board == board


def test_nothing_is_forgotten_where_history_is_for_ever(house: House) -> None:
    house.poll(odds_of(key="over"))
    house.poll()
    house.clock.pass_by(4000 * DAY)
    counts = pruned(house, 0)
    assert {what: count for what, count in counts.items() if what != "polls"} == {}
    assert house.rows("SELECT COUNT(*) FROM line_changes") == [(16,)]


def test_polls_are_kept_for_two_months(house: House) -> None:
    house.poll(odds_of())
    house.poll(odds_of(), seconds=61 * DAY)
    house.clock.pass_by(2 * DAY)
    assert pruned(house, 0)["polls"] == 1
