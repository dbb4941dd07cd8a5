"""History: whatever boards follow each other, the rows tell every one of them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linefinder.domain.odds import Events, Odds
from linefinder.domain.quota import Usage
from linefinder.polling.errand import Errand
from linefinder.polling.fetching import Fetched
from linefinder.store.history import openers
from linefinder.store.prune import prune
from linefinder.store.read import load_stream
from tests.domain.boards import CHAINS
from tests.domain.boards import rows as lines_of
from tests.support.rooms import House, open_house

LINES = """
SELECT events.key, bookmakers.key, markets.key, outcomes.key, lines.id, lines.price, lines.point
FROM lines JOIN events ON events.id = lines.event_id JOIN sports ON sports.id = events.sport_id
JOIN bookmakers ON bookmakers.id = lines.bookmaker_id
JOIN markets ON markets.id = lines.market_id JOIN outcomes ON outcomes.id = lines.outcome_id
WHERE sports.key = :sport
"""
HISTORY = """
SELECT line_id, line_changes.version, line_changes.price, line_changes.point FROM line_changes
JOIN lines ON lines.id = line_id JOIN events ON events.id = lines.event_id
JOIN sports ON sports.id = events.sport_id WHERE sports.key = :sport ORDER BY line_changes.version
"""
EVENTS = """
SELECT events.key, event_changes.version, event_changes.home, event_changes.away, event_changes.present
FROM event_changes JOIN events ON events.id = event_id JOIN sports ON sports.id = events.sport_id
WHERE sports.key = :sport ORDER BY event_changes.version
"""
DAY = 86_400.0

# few lines that move, go and come back often; CHAINS has the odd names and numbers instead
PRICES = st.sampled_from([-110, -105, 2.5])
MARKET = st.dictionaries(st.sampled_from(["Over", "Under"]), st.tuples(PRICES, st.none() | PRICES))
EVENT = st.builds(
    lambda market, starts: {
        "starts_at": f"2026-11-2{starts}T00:10:00Z",
        "lines": {"mgm": {"totals": market}} if market else {},
    },
    MARKET,
    st.sampled_from([4, 5]),
)
BUSY = st.lists(st.dictionaries(st.sampled_from(["a", "b"]), EVENT), min_size=3, max_size=8)
numbers = count()
# each example has a sport of its own, so that one database serves them all
many = settings(
    max_examples=min(25, settings().max_examples),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, either_url) as opened:
        yield opened


def played(house: House, chain: list[Events], step: float = 60) -> tuple[str, list[Events]]:
    """A new sport whose board became each of `chain`; its boards by version, the empty one first."""
    sport = f"sport_{next(numbers)}"
    boards: list[Events] = [{}]
    with house.app.app_context():
        house.poller.open(sport)
        for events in chain:
            house.clock.pass_by(step)
            names = {book: book for event in events.values() for book in event["lines"]}
            fetched = Fetched(Odds(events, names, {}), Usage(400, 100, 3))
            if house.poller.take(Errand(sport, False, house.clock()), fetched):
                boards.append(events)
    return sport, boards


def names_of(house: House, sport: str) -> dict[int, Any]:
    """{id: (event, bookmaker, market, outcome)} of every line that a sport ever had."""
    return {row[4]: row[:4] for row in house.rows(LINES, sport=sport)}


def told(house: House, sport: str) -> Callable[[int], dict[Any, Any]]:
    """What history says about a sport: the lines that stood at a version."""
    names, history = names_of(house, sport), house.rows(HISTORY, sport=sport)

    def standing(version: int) -> dict[Any, Any]:
        kept = at_version(history, version)
        return {
            names[line]: (price, point)
            for line, (price, point) in kept.items()
            if price is not None
        }

    return standing


def at_version(rows: list[tuple[Any, ...]], version: int) -> dict[Any, Any]:
    """{id: the rest} of the last row of each id up to a version."""
    return {id_: rest for id_, number, *rest in rows if number <= version}


@many
@given(chain=CHAINS | BUSY)
def test_every_version_can_be_told_again(chain: list[Events], house: House) -> None:
    sport, boards = played(house, chain)
    standing, events = told(house, sport), house.rows(EVENTS, sport=sport)
    for version, board in enumerate(boards):
        assert standing(version) == lines_of(board)
        present = {
            key: (home, away)
            for key, (home, away, there) in at_version(events, version).items()
            if there
        }
        assert present == {key: (one.get("home"), one.get("away")) for key, one in board.items()}


@many
@given(chain=CHAINS | BUSY)
def test_a_row_of_history_is_a_change_and_nothing_else(chain: list[Events], house: House) -> None:
    sport, boards = played(house, chain)
    names = names_of(house, sport)
    rows = {(names[line], version) for line, version, *_ in house.rows(HISTORY, sport=sport)}
    changed = {
        (line, version)
        for version, (old, new) in enumerate(pairwise(boards), start=1)
        for line in lines_of(old).keys() | lines_of(new).keys()
        if lines_of(old).get(line) != lines_of(new).get(line)
    }
    assert rows == changed


@many
@given(chain=CHAINS | BUSY)
def test_what_is_loaded_is_what_was_held(chain: list[Events], house: House) -> None:
    sport, boards = played(house, chain)
    held = house.boards.stream(sport)
    with house.app.app_context():
        loaded, _ = load_stream(sport, 256)
    assert loaded.board.events == boards[-1]
    assert loaded.board.checksum == held.board.checksum
    assert loaded.board.position == held.board.position
    assert loaded.texts == held.texts
    assert loaded.updates == held.updates


@many
@given(chain=CHAINS | BUSY)
def test_openers_are_what_was_first_seen(chain: list[Events], house: House) -> None:
    sport, boards = played(house, chain)
    first: dict[Any, Any] = {}
    for board in boards:
        first = lines_of(board) | first
    with house.app.app_context():
        for event in {line[0] for line in first}:
            mine = {line[1:]: value for line, value in first.items() if line[0] == event}
            assert openers(sport, event) == mine


@many
@given(chain=CHAINS | BUSY)
def test_a_line_that_returns_is_the_same_line(chain: list[Events], house: House) -> None:
    sport, _ = played(house, [*chain, {}, *chain])
    lines = house.rows(LINES, sport=sport)
    assert len({row[:4] for row in lines}) == len(lines)


@many
@given(chain=CHAINS | BUSY)
def test_pruning_leaves_what_is_younger_than_the_limit(chain: list[Events], house: House) -> None:
    sport, boards = played(house, chain, step=DAY)
    held, last = house.boards.stream(sport), len(boards) - 1
    with house.app.app_context():
        # one hour before the last change
        prune(1, (held.board.time or house.clock()) + timedelta(hours=23))
        house.poller.recorder.forget()
        loaded, _ = load_stream(sport, 256)
    assert (loaded.board.events, loaded.updates) == (boards[-1], held.updates)
    standing = told(house, sport)
    for version in {last, max(last - 1, 0)}:
        assert standing(version) == lines_of(boards[version])
