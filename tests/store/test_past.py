"""The past: every board that was is told again as it was, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from linefinder.domain.errors import BeforeFirst, LineFinderError, Pruned
from linefinder.domain.odds import Events
from linefinder.store.history import Wanted, history, openers, previous
from linefinder.store.openers import first_lines
from linefinder.store.past import board_at, first_moment
from linefinder.store.prune import prune
from linefinder.store.times import moment
from tests.domain.boards import CHAINS
from tests.domain.boards import rows as lines_of
from tests.store.test_history import BUSY, DAY, many, played
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of

TIMES = """
SELECT number, versions.time FROM versions JOIN sports ON sports.id = sport_id
WHERE sports.key = :sport ORDER BY number
"""
MS = timedelta(milliseconds=1)
HOME = "Boston Celtics"


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, either_url) as opened:
        yield opened


def times_of(house: House, sport: str) -> dict[int, datetime]:
    """{version: when it was}"""
    return {number: moment(time) for number, time in house.rows(TIMES, sport=sport)}


def told(house: House, sport: str, at: datetime) -> Any:
    """The board at a moment; None where it is said to be pruned."""
    with house.app.app_context():
        try:
            return board_at(sport, at).board
        except Pruned:
            return None


@pytest.mark.slow
@many
@given(chain=CHAINS | BUSY)
def test_the_board_told_at_every_version_is_the_board_that_was(
    chain: list[Events], house: House
) -> None:
    sport, boards = played(house, chain)
    held, times = house.boards.stream(sport).board, times_of(house, sport)
    for version, at in times.items():
        for moment_of_it in (at, at + timedelta(seconds=60) - MS):
            board = told(house, sport, moment_of_it)
            assert (board.version, board.time, board.epoch) == (version, at, held.epoch)
            assert board.events == boards[version]
            assert {book for *_, book in named(board.events)} <= set(board.bookmakers)
    if times:
        assert told(house, sport, house.clock()).checksum == held.checksum
        with house.app.app_context():
            assert first_moment(sport) == times[1]
            with pytest.raises(BeforeFirst):
                board_at(sport, times[1] - MS)


def named(events: Events) -> set[tuple[str, str]]:
    """(event, bookmaker) of all lines."""
    return {(event, book) for event, book, *_ in lines_of(events)}


@pytest.mark.slow
@many
@given(chain=CHAINS | BUSY)
def test_after_pruning_a_board_is_told_as_it_was_or_not_at_all(
    chain: list[Events], house: House
) -> None:
    sport, boards = played(house, chain, step=DAY)
    times, last = times_of(house, sport), len(boards) - 1
    with house.app.app_context():
        prune(2, house.clock() + timedelta(hours=1))
        house.poller.recorder.forget()
    before = [version for version, at in times.items() if at < house.clock() - timedelta(hours=47)]
    for version, at in times.items():
        board = told(house, sport, at)
        assert board is None or board.events == boards[version]
        assert (board is None) == (version < max(before, default=0))
    if times:
        assert told(house, sport, times[last]).events == boards[last]


@many
@given(chain=CHAINS | BUSY)
def test_the_pieces_of_a_history_are_what_stood_on_each_board(
    chain: list[Events], house: House
) -> None:
    sport, boards = played(house, chain)
    pieces = stretches(house, sport, boards)
    for version, at in times_of(house, sport).items():
        standing = {
            (event, one.bookmaker, one.market, one.outcome): (one.price, one.point)
            for event, one in pieces
            if one.since <= at and (one.until is None or at < one.until)
        }
        assert standing == lines_of(boards[version])


@many
@given(chain=CHAINS | BUSY)
def test_opener_and_previous_are_the_first_piece_and_the_last_but_one(
    chain: list[Events], house: House
) -> None:
    sport, boards = played(house, chain)
    lines: dict[Any, list[Any]] = {}
    for event, one in stretches(house, sport, boards):
        key = (event, one.bookmaker, one.market, one.outcome)
        lines.setdefault(key, []).append(((one.price, one.point), one.until))
    with house.app.app_context():
        for event in {key[0] for key in lines}:
            mine = {key[1:]: pieces for key, pieces in lines.items() if key[0] == event}
            assert openers(sport, event) == {key: pieces[0][0] for key, pieces in mine.items()}
            standing = {
                key: [*pieces, None][: -1 if gone(pieces) else -2] for key, pieces in mine.items()
            }
            expected = {key: pieces[-1][0] for key, pieces in standing.items() if pieces}
            assert previous(sport, event) == expected


@many
@given(chain=CHAINS | BUSY)
def test_the_first_line_of_an_outcome_is_the_oldest_piece_and_its_changes_are_its_history(
    chain: list[Events], house: House
) -> None:
    sport, boards = played(house, chain)
    pieces = [(event, one) for event, one in stretches(house, sport, boards) if event in boards[-1]]
    markets = {one.market for _, one in pieces}
    with house.app.app_context():
        for market in markets:
            found = first_lines(sport, market, house.clock() - timedelta(days=365))
            mine = [(event, one) for event, one in pieces if one.market == market]
            outcomes = {(event, one.outcome) for event, one in mine}
            assert {(one.event, one.outcome) for one in found} == outcomes
            for opened in found:
                told = [
                    one for event, one in mine
                    if (event, one.outcome) == (opened.event, opened.outcome)
                ]  # fmt: skip
                first = min(told, key=lambda one: (one.since, one.bookmaker))
                own = [one for one in told if one.bookmaker == first.bookmaker]
                assert opened.bookmaker == first.bookmaker
                values = [(c.time, c.price, c.point) for c in opened.changes if c.price is not None]
                assert values == [(one.since, one.price, one.point) for one in own]


def test_a_first_line_tells_its_opener_and_what_stood_a_day_ago(house: House) -> None:
    for price in (-110, -120, -130, -140):
        house.poll(odds_of(price))
    since = house.clock() - timedelta(seconds=30)
    house.poll(odds_of(-150))
    with house.app.app_context():
        (opened,) = [one for one in first_lines(NBA, "h2h", since) if one.outcome == HOME]
        assert first_lines(NBA, "player_points", since) == []
    assert [change.price for change in opened.changes] == [-110, -130, -140, -150]


def gone(pieces: list[Any]) -> bool:
    """Whether a line has left the board."""
    return pieces[-1][1] is not None


def stretches(house: House, sport: str, boards: list[Events]) -> list[tuple[str, Any]]:
    """(event, piece) of all events of a sport. Ids are shared by the examples: the newest is ours."""
    with house.app.app_context():
        return [
            (event, one)
            for event in {key for board in boards for key in board}
            for one in history(event, Wanted()) or []
        ]


def test_a_line_that_was_away_keeps_its_opener_and_its_absence_is_a_gap(house: House) -> None:
    house.poll(odds_of(-110))
    house.poll()
    house.poll(odds_of(-150))
    times = times_of(house, NBA)
    with house.app.app_context():
        pieces = history("e1", Wanted("fanduel", "h2h", HOME))
    assert [(one.price, one.since, one.until) for one in pieces or []] == [
        (-110, times[1], times[2]),
        (-150, times[3], None),
    ]


def test_a_moment_has_the_epoch_and_the_format_of_its_time(house: House) -> None:
    before = house.poll(odds_of(-110)).board
    at = house.clock()
    house.clock.pass_by(60)
    later = house.again(ODDS_FORMAT="decimal")
    later.poll(odds_of(1.91))
    board = told(later, NBA, at)
    assert (board.epoch, board.odds_format, board.events) == (
        before.epoch,
        "american",
        before.events,
    )
    assert told(later, NBA, later.clock()).odds_format == "decimal"
    with later.app.app_context():
        pieces = history("e1", Wanted("fanduel", "h2h", HOME)) or []
    assert [(one.price, one.odds_format) for one in pieces] == [
        (-110, "american"),
        (1.91, "decimal"),
    ]


def test_openers_are_told_in_the_odds_format_of_the_board(house: House) -> None:
    house.poll(odds_of(-110))
    house.poll(odds_of(-125))
    later = house.again(ODDS_FORMAT="decimal")
    later.poll(odds_of(1.91))
    line = ("fanduel", "h2h", HOME)
    with later.app.app_context():
        assert openers(NBA, "e1")[line] == (1.909, None)
        assert previous(NBA, "e1")[line] == (1.8, None)
    back = later.again(ODDS_FORMAT="american")
    back.poll(odds_of(-130))
    with back.app.app_context():
        assert openers(NBA, "e1")[line] == (-110, None)
        assert previous(NBA, "e1")[line] == (-110, None)


def test_an_opener_says_where_what_followed_may_be_deleted(house: House) -> None:
    for price in (-101, -102, -103, -104):
        house.poll(odds_of(price, starts="2027-06-01T00:00:00Z"), seconds=10 * DAY)
    with house.app.app_context():
        prune(15, house.clock())
        pieces = history("e1", Wanted("fanduel", "h2h", HOME)) or []
    assert [(one.price, one.pruned) for one in pieces] == [
        (-101, True),
        (-102, False),
        (-103, False),
        (-104, False),
    ]


def test_the_feed_of_a_moment_is_what_the_polls_of_then_told(house: House) -> None:
    house.poll(odds_of())
    changed = house.clock()
    house.poll(odds_of())
    confirmed = house.clock()
    house.clock.pass_by(30)
    with house.app.app_context():
        facts = board_at(NBA, house.clock()).facts
        assert (facts.data_at, facts.failure) == (confirmed, None)
        assert board_at(NBA, confirmed - MS).facts.data_at == changed


def test_what_is_paid_for_beside_polls_says_nothing_of_the_board_of_then(house: House) -> None:
    house.poll(odds_of())
    confirmed = house.clock()
    house.upstream.extras["e1"] = odds_of()
    props = house.wiring.jobs.crew.props
    house.clock.pass_by(1800)
    with house.app.app_context():
        props.look(NBA, "e1")
        looked = board_at(NBA, house.clock())
        house.clock.pass_by(1800)
        with pytest.raises(LineFinderError):
            props.look(NBA, "e2")
        failed = board_at(NBA, house.clock())
    for told in (looked, failed):
        assert (told.facts.data_at, told.facts.failure) == (confirmed, None)
    assert looked.remaining == house.upstream.remaining, "of the credits it does"
