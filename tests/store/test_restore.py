"""After a restart everything is as it was; what another process wrote first is the truth."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.odds import Position, each_line
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, either_url) as opened:
        yield opened


def shuffled(chance: random.Random) -> list[Any]:
    """A board of some events, books and prices; sometimes of none."""
    books = ("draftkings", "fanduel", "mgm", "bovada")
    return [
        odds_of(
            chance.choice((-120, -110, 100, 105)),
            key=f"e{number}",
            books=tuple(book for book in books if chance.random() < 0.7),
            starts=f"2026-11-24T0{chance.randrange(3)}:10:00Z",
        )
        for number in range(5)
        if chance.random() < 0.7
    ]


def test_a_board_survives_a_restart_to_the_letter(house: House) -> None:
    chance = random.Random(3)
    for _ in range(12):
        stream = house.poll(*shuffled(chance))
    facts = house.boards.facts(NBA)
    after = house.again()
    restored = after.boards.stream(NBA)
    assert restored.board == stream.board
    assert restored.texts == stream.texts
    assert restored.updates == stream.updates
    assert after.boards.facts(NBA).data_at == facts.data_at
    assert after.boards.facts(NBA).confirmed == facts.confirmed
    assert after.boards.ledger.remaining == house.upstream.remaining
    first = Position(stream.board.epoch, 0)
    assert restored.recover(first) == list(stream.updates)


def test_the_stream_goes_on_after_a_restart(house: House) -> None:
    before = house.poll(odds_of()).board
    after = house.again().poll(odds_of(-130)).board
    assert (after.epoch, after.version) == (before.epoch, before.version + 1)


def test_history_adds_up_to_the_current_lines(house: House) -> None:
    chance = random.Random(5)
    for _ in range(12):
        board = house.poll(*shuffled(chance)).board
    rows = house.rows("SELECT line_id, price, point FROM line_changes ORDER BY line_id, version")
    last = {line: (price, point) for line, price, point in rows}
    lines = house.rows("SELECT id, price, point FROM lines")
    assert last == {line: (price, point) for line, price, point in lines}
    standing = [price for price, _ in last.values() if price is not None]
    assert len(standing) == sum(1 for _ in each_line(board.events))


def test_a_line_that_returns_keeps_its_opener(house: House) -> None:
    house.poll(odds_of(-110))
    house.poll()
    house.poll(odds_of(-150))
    rows = house.rows(
        "SELECT version, line_changes.price FROM line_changes JOIN lines ON lines.id = line_id"
        " JOIN outcomes ON outcomes.id = outcome_id JOIN bookmakers ON bookmakers.id = bookmaker_id"
        " WHERE outcomes.key = 'Boston Celtics' AND bookmakers.key = 'fanduel' ORDER BY version"
    )
    assert rows == [(1, -110), (2, None), (3, -150)]


def test_only_changed_lines_make_history(house: House) -> None:
    house.poll(odds_of(-110))
    house.poll(odds_of(-115, stamp="2026-11-23T21:05:00Z"))
    assert house.rows("SELECT version, COUNT(*) FROM line_changes GROUP BY version ORDER BY 1") == [
        (1, 8),
        (2, 2),
    ]


def test_another_odds_format_begins_an_epoch_with_an_empty_board(house: House) -> None:
    before = house.poll(odds_of()).board
    after = house.again(ODDS_FORMAT="decimal").boards.stream(NBA)
    assert after.board.epoch != before.epoch
    assert (after.board.version, after.board.events) == (before.version + 1, {})
    assert after.recover(before.position) is None


def test_what_another_process_stored_first_is_the_truth(house: House) -> None:
    house.poll(odds_of(-110))
    other = House(house.folder, house.url, house.upstream, house.clock, **house.settings).open()
    theirs = other.poll(odds_of(-120)).board
    house.poll(odds_of(-130))
    assert house.boards.stream(NBA).board == theirs
    assert house.rows("SELECT number FROM versions ORDER BY number") == [(1,), (2,)]
    assert house.poll(odds_of(-130)).board.version == 3
    other.close()


def test_only_the_last_updates_are_kept(tmp_path: Path) -> None:
    with open_house(tmp_path, RESUME_VERSIONS="3") as house:
        for price in range(-120, -110):
            house.poll(odds_of(price))
        kept = house.rows("SELECT number FROM versions WHERE patch IS NOT NULL ORDER BY number")
        assert kept == [(8,), (9,), (10,)]
        restored = house.again().boards.stream(NBA)
        assert [update.version for update in restored.updates] == [8, 9, 10]
        assert restored.recover(Position(restored.board.epoch, 6)) is None
        assert restored.recover(Position(restored.board.epoch, 7)) is not None
