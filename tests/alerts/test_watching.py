"""From a poll to a browser: off the poll's path, once, in one delivery, and never in the way."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linefinder.alerts import watching
from linefinder.alerts.watching import body_of
from linefinder.domain.odds import iso
from linefinder.domain.rules import Rule, quiet_of
from linefinder.store import watchers
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of

ME, YOU = watchers.hashed("m" * 32), watchers.hashed("y" * 32)
HOME = "Boston Celtics"
TARGET = Rule("target", NBA, market="h2h", outcome=HOME, price=150.0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        poll(opened, -110)
        with opened.app.app_context():
            yield opened


def wait_for(house: House, rule: Rule, watcher: str = ME) -> str:
    return watchers.add_rule(watcher, rule.sport, body_of(rule), house.clock()).key


def poll(house: House, price: float, seconds: float = 60, **more: Any) -> int:
    """A poll whose answer is fresh; the version after it."""
    stamp = iso(house.clock() + timedelta(seconds=seconds))
    return house.poll(odds_of(price, stamp=stamp, **more), seconds=seconds).board.version


def heard(house: House) -> list[tuple[str, Any]]:
    """What browsers are told once the job has run."""
    house.wiring.watching.work()
    told = [(room, message) for what, room, message in house.ears.heard if what == "alert"]
    house.ears.heard.clear()
    return told


def test_a_poll_leaves_its_boards_and_the_job_tells(house: House) -> None:
    key = wait_for(house, TARGET)
    poll(house, -110)
    poll(house, 155)
    assert [what for what, _, _ in house.ears.heard if what == "alert"] == []
    [(room, message)] = heard(house)
    [alert] = message["alerts"]
    assert (room, message["more"], message["quiet"]) == (ME, 0, False)
    assert (alert["rule"], alert["kind"], alert["event"]) == (key, "target", "e1")
    assert (alert["line"], alert["was"]) == ([155, None], [-110, None])
    assert (alert["late"], alert["title"]) == (60.0, "Miami Heat at Boston Celtics")
    assert alert["text"] == ("Moneyline: Boston Celtics +155, your target, at Draftkings, Fanduel")
    assert heard(house) == []


def test_alerts_of_one_moment_are_one_delivery_a_browser(house: House) -> None:
    wait_for(house, TARGET)
    wait_for(house, Rule("move", NBA, chance=0.05))
    wait_for(house, TARGET, YOU)
    poll(house, 155)
    told = dict(heard(house))
    assert {room: len(message["alerts"]) for room, message in told.items()} == {ME: 2, YOU: 1}


def test_more_than_can_be_read_is_counted(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "MOST_TOLD", 1)
    for price in (148, 149, 150):
        wait_for(house, replace(TARGET, price=price))
    poll(house, 155)
    [(_, message)] = heard(house)
    assert (len(message["alerts"]), message["more"]) == (1, 2)


def test_a_restart_between_poll_and_poll_repeats_and_loses_nothing(house: House) -> None:
    wait_for(house, TARGET)
    poll(house, 155)
    assert len(heard(house)) == 1
    after = house.again()
    with after.app.app_context():
        poll(after, -110)
        poll(after, 160)
        assert heard(after) == []  # within the cool-down
        poll(after, -110, seconds=600)
        poll(after, 160, seconds=50)
        [(_, message)] = heard(after)
        assert message["alerts"][0]["late"] == 50


def test_two_processes_that_see_the_same_tell_it_once(house: House, tmp_path: Path) -> None:
    wait_for(house, TARGET)
    other = House(tmp_path, house.url, house.upstream, house.clock).open()
    poll(house, 155)
    board = house.boards.stream(NBA).board.events
    with other.app.app_context():
        before = other.boards.stream(NBA).board.events
        other.wiring.watching.saw(NBA, before, board, house.clock())
        assert len(heard(house)) + len(heard(other)) == 1
    other.close()


def test_in_quiet_hours_it_is_told_in_silence(house: House) -> None:
    wait_for(house, TARGET)
    watchers.set_quiet(ME, quiet_of("22:00", "23:00", "Europe/Berlin"), house.clock())
    poll(house, 155)
    [(_, message)] = heard(house)
    assert message["quiet"] is True


def test_a_lone_move_is_told_when_it_has_stood_for_a_minute(house: House) -> None:
    wait_for(house, Rule("move", NBA, chance=0.05))
    alone = odds_of(-110)
    alone["bookmakers"][0]["markets"][0]["outcomes"][0]["price"] = 150
    house.poll(alone)
    assert heard(house) == []
    house.clock.pass_by(60)
    [(_, message)] = heard(house)
    [alert] = message["alerts"]
    assert (alert["bookmakers"], alert["was"]) == (["draftkings"], [-110, None])
    assert alert["text"] == "Moneyline: Boston Celtics +150 from −110 at Draftkings"


def test_a_market_that_comes_back_is_no_opener(house: House) -> None:
    wait_for(house, Rule("opener", NBA))
    house.poll(odds_of(), odds_of(key="e2"))
    [(_, message)] = heard(house)
    assert {alert["market"] for alert in message["alerts"]} == {"h2h", "totals"}
    assert {alert["event"] for alert in message["alerts"]} == {"e2"}
    house.poll(odds_of())
    house.poll(odds_of(), odds_of(key="e2"), seconds=3600)
    assert heard(house) == []


def test_a_first_board_has_no_openers(tmp_path: Path) -> None:
    with open_house(tmp_path) as house, house.app.app_context():
        wait_for(house, Rule("opener", NBA))
        house.poll(odds_of())
        assert heard(house) == []


def test_a_refused_database_ends_neither_poll_nor_job(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    wait_for(house, TARGET)
    house.execute("CREATE TRIGGER fails BEFORE INSERT ON sent_alerts BEGIN SELECT json('{'); END")
    assert poll(house, 155) == 2
    with caplog.at_level(logging.WARNING, "linefinder"):
        house.wiring.jobs._guarded("alerts", house.wiring.jobs.duties.alert)
    assert "malformed JSON" in caplog.text
    house.execute("DROP TRIGGER fails")
    poll(house, -110)
    poll(house, 155)
    assert len(heard(house)) == 1


def test_without_rules_nothing_is_compared(house: House) -> None:
    poll(house, 155)
    house.wiring.watching.work()
    assert house.wiring.watching._moves == {}


def test_a_job_that_hangs_holds_no_more_than_a_few_boards(house: House) -> None:
    for price in range(101, 101 + watching.LONGEST_QUEUE + 5):
        house.wiring.watching.saw(NBA, {}, {}, house.clock())
        assert price
    assert len(house.wiring.watching._queue) == watching.LONGEST_QUEUE


def test_what_a_killed_process_did_not_match_its_successor_does(house: House) -> None:
    """Killed between the commit of a poll and the job, a second later."""
    wait_for(house, TARGET)
    wait_for(house, Rule("opener", NBA, market="totals", bookmaker="betmgm"))
    poll(house, -110)
    assert heard(house) == []
    for price in (-120, 155):
        poll(house, price, books=("draftkings", "fanduel", "betmgm"))
    after = house.again()
    with after.app.app_context():
        after.wiring.watching.resume()
        [(room, message)] = heard(after)
        assert room == ME
        assert {alert["kind"] for alert in message["alerts"]} == {"target", "opener"}
        after.wiring.watching.resume()
        assert heard(after) == [], "that is matched now"


def test_what_was_left_unmatched_for_long_is_no_news(house: House) -> None:
    wait_for(house, TARGET)
    poll(house, -120)
    heard(house)
    poll(house, 155)
    after = house.again()
    after.clock.pass_by(20 * 60)
    with after.app.app_context():
        after.wiring.watching.resume()
        assert heard(after) == []
