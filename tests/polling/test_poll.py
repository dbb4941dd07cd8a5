"""A poll: fetch, normalise, advance, record and commit, swap, tell; or nothing at all."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import BudgetExhausted, Refused
from linefinder.polling.errand import Errand
from linefinder.store import step
from tests.support.judge import checksum_of
from tests.support.rooms import NBA, NFL, House, impatient, open_house
from tests.support.upstream import KEY, Say, odds_of, refusal

TABLES = ["sports", "events", "event_changes", "lines", "line_changes", "versions", "polls"]
LATER = "2026-11-23T21:05:00Z"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def dump(house: House, *tables: str) -> dict[str, Any]:
    """All that the database holds."""
    return {table: house.rows(f"SELECT * FROM {table}") for table in tables or TABLES}


def test_the_first_answer_becomes_version_one(house: House) -> None:
    stream = house.poll(odds_of())
    assert stream.board.version == 1
    assert stream.board.checksum == checksum_of(stream.board.events)
    assert set(stream.board.events["e1"]["lines"]) == {"draftkings", "fanduel"}
    assert house.ears.told()[-1] == "update"
    assert house.boards.facts(NBA).data_at == house.clock()
    assert house.boards.judge(NBA, house.clock()).status == "live"


def test_the_board_is_exactly_what_the_provider_served(house: House) -> None:
    house.poll(odds_of(key="gone"), odds_of(key="stays", books=("draftkings", "fanduel")))
    stream = house.poll(odds_of(key="stays", books=("fanduel", "mgm")), odds_of(key="new"))
    assert set(stream.board.events) == {"stays", "new"}
    assert set(stream.board.events["stays"]["lines"]) == {"fanduel", "mgm"}
    assert house.poll().board.events == {}


def test_only_a_later_stamp_is_no_change(house: House) -> None:
    before = house.poll(odds_of())
    kept = dump(house, "events", "event_changes", "lines", "line_changes", "versions")
    house.ears.told()
    after = house.poll(odds_of(stamp=LATER), seconds=300)
    assert after is before
    assert house.ears.told() == ["status"]
    assert dump(house, *kept) == kept
    assert house.rows("SELECT outcome, changes FROM polls") == [("ok", 4 * 2), ("ok", 0)]
    assert house.boards.facts(NBA).data_at == house.clock()


def test_a_moved_start_alone_is_a_version(house: House) -> None:
    house.poll(odds_of())
    stream = house.poll(odds_of(starts="2026-11-24T01:00:00Z"))
    assert stream.board.version == 2
    assert stream.updates[-1].patch == b'{"e1":{"starts_at":"2026-11-24T01:00:00Z"}}'


def test_a_board_without_events_asks_what_is_free_first(house: House) -> None:
    house.upstream.fixtures[NBA] = []
    house.poll()
    assert house.upstream.paid() == 0
    assert house.rows("SELECT outcome, credits FROM polls") == [("no_events", None)]
    assert house.boards.judge(NBA, house.clock()).status == "idle"
    del house.upstream.fixtures[NBA]
    house.poll(odds_of())
    house.poll(odds_of())
    assert house.upstream.paid() == 2
    assert house.upstream.free().count("events") == 2


def test_a_board_whose_events_ended_is_polled_once_more(house: House) -> None:
    """The answer is empty and so free; only then the board is."""
    house.poll(odds_of())
    stream = house.poll()
    assert stream.board.version == 2
    assert house.upstream.paid() == 2
    house.poll()
    assert house.upstream.paid() == 2


class Breaks(Exception):
    """The power fails."""


@pytest.mark.parametrize("table", ["versions", "polls", "line_changes", "sports"])
def test_a_commit_that_fails_leaves_everything_as_it_was(
    house: House, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    before = house.poll(odds_of())
    but_polls = [name for name in TABLES if name != "polls"]
    kept, facts = dump(house, *but_polls), house.boards.facts(NBA)
    house.ears.told()
    trigger = {"sports": "UPDATE"}.get(table, "INSERT")
    house.execute(f"CREATE TRIGGER fails BEFORE {trigger} ON {table} BEGIN SELECT json('{{'); END")
    with caplog.at_level(logging.WARNING, "linefinder"):
        after = house.poll(odds_of(-120))
    assert after is before
    assert dump(house, *but_polls) == kept
    assert house.boards.facts(NBA).data_at == facts.data_at
    assert "update" not in house.ears.told()
    assert "malformed JSON" in caplog.text
    house.execute("DROP TRIGGER fails")
    lost = [] if table == "polls" else [("ok", 3), ("store_error", 3)]  # it was paid for
    assert house.rows("SELECT outcome, credits FROM polls")[: len(lost)] == lost
    assert house.poll(odds_of(-120)).board.version == 2
    assert house.ears.told() == ["update"]


def test_an_error_in_the_midst_of_a_transaction_leaves_everything_as_it_was(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = house.poll(odds_of())
    kept = dump(house)

    def fails(*_: Any) -> None:
        raise Breaks

    with monkeypatch.context() as patched:
        patched.setattr(step, "record_version", fails)
        with pytest.raises(Breaks):
            house.poll(odds_of(-120, books=("newbook",)))
    assert house.boards.stream(NBA) is before
    assert dump(house) == kept
    stream = house.poll(odds_of(-120, books=("newbook",)))
    assert stream.board.version == 2
    assert house.again().boards.stream(NBA).board == stream.board


def test_a_failure_to_store_is_answered_to_a_refresh(house: House) -> None:
    house.poll(odds_of())
    house.execute("CREATE TRIGGER fails BEFORE INSERT ON polls BEGIN SELECT json('{'); END")
    with pytest.raises(Refused, match="malformed JSON") as caught:
        house.refresh()
    assert (caught.value.code, caught.value.status) == ("store_error", 503)


def test_a_failure_that_can_not_be_stored_is_no_crash(house: House) -> None:
    """The provider is down and the disk is full: the thread of a refresh ends in order."""
    house.poll(odds_of())
    house.execute("CREATE TRIGGER fails BEFORE INSERT ON polls BEGIN SELECT json('{'); END")
    house.upstream.for_all = refusal(422, "INVALID_MARKET")
    with pytest.raises(Exception, match="INVALID_MARKET"):
        house.refresh()


def test_what_another_process_stored_is_the_truth(house: House, tmp_path: Path) -> None:
    house.poll(odds_of())
    other = House(tmp_path, house.url, house.upstream, house.clock).open()
    theirs = other.poll(odds_of(-130))
    house.poll(odds_of(-120))
    assert house.boards.stream(NBA).board == theirs.board
    assert house.poll(odds_of(-120)).board.version == 3
    other.close()


def test_an_answer_like_an_older_board_confirms_no_newer_one(house: House, tmp_path: Path) -> None:
    """Whoever was stopped in the midst of a poll, and lost the lease meanwhile."""
    house.poll(odds_of(-110))
    other = House(tmp_path, house.url, house.upstream, house.clock).open()
    other.poll(odds_of(-120))
    at = house.rows("SELECT data_at FROM sports WHERE key = :key", key=NBA)
    house.poll(odds_of(-110))
    assert house.rows("SELECT data_at FROM sports WHERE key = :key", key=NBA) == at
    assert house.boards.stream(NBA).board == other.boards.stream(NBA).board
    assert house.poll(odds_of(-110)).board.version == 3
    other.close()


def test_events_that_nobody_has_lines_for_are_noted(house: House) -> None:
    """Each poll is paid for, and the board stays empty: most likely a name is misspelt."""
    house.poll(odds_of(books=()))
    [(note,)] = house.rows("SELECT note FROM polls")
    assert "ODDS_BOOKMAKERS" in note
    house.poll(odds_of())
    assert house.rows("SELECT note FROM polls")[-1] == (None,)


def test_a_malformed_event_is_noted_and_the_others_go_on(house: House) -> None:
    stream = house.poll({"id": 7}, odds_of())
    assert set(stream.board.events) == {"e1"}
    [(note,)] = house.rows("SELECT note FROM polls")
    assert "event 0 of the answer" in note


def test_a_broken_answer_changes_nothing_and_says_so(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    before = house.poll(odds_of())
    data_at = house.boards.facts(NBA).data_at
    house.upstream.answers.extend([Say(200, {"message": "hello"})] * 4)
    assert house.poll(odds_of(-120)) is before
    feed = house.boards.judge(NBA, house.clock())
    assert (feed.status, feed.reason, feed.data_at) == ("stale", "upstream_error", data_at)
    assert house.rows("SELECT outcome FROM polls")[-1] == ("upstream_error",)
    assert house.poll(odds_of(-120)).board.version == 2
    assert house.boards.judge(NBA, house.clock()).status == "live"


def test_what_a_broken_answer_cost_is_recorded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    house.poll(odds_of())
    house.upstream.answers.extend([Say(200, {}, {"x-requests-last": "3"})] * 4)
    house.poll(odds_of())
    assert house.rows("SELECT outcome, credits FROM polls")[-1] == ("upstream_error", 12)


def test_the_key_is_nowhere_in_the_database(house: House, tmp_path: Path) -> None:
    house.upstream.answers.append(refusal(422, "INVALID_MARKET", f"no {KEY}"))
    house.poll(odds_of())
    house.close()
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.glob("*.db*"))


# -- credits ------------------------------------------------------------------------------


def test_a_poll_that_does_not_fit_is_never_paid(house: House) -> None:
    house.upstream.remaining = 2
    with house.app.app_context(), pytest.raises(BudgetExhausted):
        house.poller.fetch(Errand(NBA, True, house.clock()))
    assert house.upstream.paid() == 0


def test_the_reserve_is_left_to_refreshes(tmp_path: Path) -> None:
    with open_house(tmp_path, QUOTA_RESERVE="100") as house:
        house.upstream.remaining, house.upstream.used = 20, 480
        house.poll(odds_of())
        assert house.upstream.paid() == 0
        assert house.boards.facts(NBA).failure is None
        assert house.refresh().credits == 3


def test_an_account_without_headers_can_not_be_budgeted(house: House) -> None:
    house.upstream.tells_quota = False
    house.poll(odds_of())
    assert house.upstream.paid() == 1


def test_every_answer_counts(house: House) -> None:
    house.poll(odds_of())
    assert (house.boards.ledger.remaining, house.boards.ledger.used) == (397, 103)
    house.upstream.answers.append(Say(500, {}, {"x-requests-remaining": "-4"}))
    house.upstream.answers.append(refusal(422, "INVALID_MARKET"))
    with house.app.app_context(), pytest.raises(Exception, match="500"):
        house.poller.fetch(Errand(NBA, True, house.clock()))
    assert house.boards.ledger.remaining == -4


def test_a_look_learns_sports_and_quota(house: House) -> None:
    house.upstream.sports = [
        {"key": NBA, "title": "NBA Basketball", "active": False},
        {"key": "golf_masters", "title": "Masters", "active": True},
    ]
    with house.app.app_context():
        house.poller.look()
    assert house.boards.ledger.remaining == 400
    assert house.boards.active[NBA] is False
    assert house.boards.titles["golf_masters"] == "Masters"
    again = house.again()
    assert again.boards.active[NBA] is False
    assert again.boards.titles[NBA] == "NBA Basketball"


def test_a_sport_gets_its_own_epoch_before_its_first_poll(house: House) -> None:
    assert house.boards.stream(NFL).board.epoch == "00000000"
    house.poll(odds_of(), sport=NFL)
    board = house.boards.stream(NFL).board
    assert board.version == 1
    assert board.epoch not in {"00000000", house.boards.stream(NBA).board.epoch}
