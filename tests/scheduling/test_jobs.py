"""When: the switch, the cadence, the lease; and that nothing ends the cadence."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import SportRefused, StoreError
from linefinder.scheduling.jobs import Jobs
from linefinder.store import lease
from tests.support.rooms import NBA, NFL, Clock, House, lead, open_house
from tests.support.upstream import KEY, odds_of
from tests.support.waiting import until

ON: dict[str, Any] = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": "1"}


@contextmanager
def running(house: House) -> Iterator[Jobs]:
    """The jobs of a house, on the real clock: the scheduler knows no other."""
    house.clock.at = datetime.now(UTC)
    house.wiring.now = house.poller.now = lambda: datetime.now(UTC)
    jobs: Jobs = house.wiring.jobs
    house.runs._now = lambda: datetime.now(UTC)
    jobs.start()
    try:
        yield jobs
    finally:
        jobs.stop()
        until(lambda: not any(thread.name.startswith("APS") for thread in threading.enumerate()))


def test_an_application_starts_and_spends_nothing(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with open_house(tmp_path, **ON) as house:
        assert not house.wiring.jobs._scheduler.running
        assert len(set(threading.enumerate()) - before) == 1  # the provider of the tests
        assert house.upstream.asked == []


@pytest.mark.slow
def test_polls_keep_their_cadence_through_errors(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(tmp_path, POLL_ALLOW_EXHAUSTION="true", **ON) as house:
        house.upstream.odds[NBA] = [odds_of()]

        def breaks(sport: str) -> None:
            raise RuntimeError(f"a mistake of ours with {KEY}")

        with running(house) as jobs, caplog.at_level(logging.INFO, "linefinder"):
            until(lambda: house.upstream.paid() >= 2)
            monkeypatch.setattr("linefinder.scheduling.jobs.SAFETY_NET", timedelta(seconds=1))
            whole: Callable[[str], None] = house.runs.background
            monkeypatch.setattr(house.runs, "background", breaks)
            until(lambda: "a mistake of ours" in caplog.text)
            monkeypatch.setattr(house.runs, "background", whole)
            paid = house.upstream.paid()
            until(lambda: house.upstream.paid() > paid + 1)
            until(lambda: jobs.health.problem(datetime.now(UTC)) is None, what="all is well")


@pytest.mark.slow
def test_a_poll_that_is_due_while_the_last_is_still_told_is_made_after_it(tmp_path: Path) -> None:
    """The next is planned before this one is told, and a busy machine tells slowly."""
    with open_house(tmp_path, POLL_ALLOW_EXHAUSTION="true", **ON) as house:
        house.upstream.odds[NBA] = [odds_of()]
        for _ in range(2):
            house.poller.listeners.append(lambda *_: time.sleep(0.6))
        with running(house):
            until(lambda: house.upstream.paid() >= 5, 20, "polls go on")


def test_a_fixed_cadence_stretches_until_the_credits_last(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_SPORTS="nba,nfl", QUOTA_RESERVE="0") as house:
        house.poll(odds_of())
        house.poll(odds_of(), sport=NFL)
        now = house.clock()
        cadence = house.cadence
        left = house.boards.ledger.remaining or 0
        until_reset = (datetime(2026, 12, 1, tzinfo=UTC) - now).total_seconds()
        assert cadence.interval(now) == pytest.approx(until_reset * 2 * 3 / left)
        forecast = cadence.forecast(now)
        assert forecast
        assert forecast.stretched
        assert forecast.credits_a_day * until_reset / 86_400 == pytest.approx(left)


def test_with_credits_enough_it_polls_as_often_as_the_provider_looks(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.upstream.remaining = 5_000_000
        house.poll(odds_of())
        now = house.clock()
        assert house.cadence.interval(now) == 60
        assert house.cadence.following(NBA, now) - now == timedelta(seconds=60)
        house.poll(odds_of(starts="2026-11-23T20:10:00Z"))
        now = house.clock()
        assert house.cadence.following(NBA, now) - now == timedelta(seconds=40)
        assert not house.cadence.is_planned(now)


def test_a_cadence_may_be_told_not_to_care(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ALLOW_EXHAUSTION="true", POLL_INTERVAL_SECONDS="7") as house:
        house.poll(odds_of())
        assert house.cadence.interval(house.clock()) == 7


def test_a_sport_that_fails_keeps_no_other_from_its_fixtures(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_SPORTS="nosuch,nba", **ON) as house:
        house.upstream.fixtures[NBA] = [odds_of()]
        ask = house.poller.fixtures

        def fixtures(sport: str) -> object:
            if sport == "nosuch":
                raise SportRefused("no such sport", "UNKNOWN_SPORT")
            return ask(sport)

        house.poller.fixtures = fixtures
        with house.app.app_context():
            lead(house.wiring.jobs)
            house.wiring.jobs.duties.look()
        assert list(house.wiring.learning.starts(NBA)) == ["e1"]
        assert house.boards.ledger.remaining == 400


def test_the_next_poll_is_told_with_this_one(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ALLOW_EXHAUSTION="true", **ON) as house:
        jobs: Jobs = house.wiring.jobs
        jobs._scheduler.start(paused=True)
        lead(jobs)
        told = []
        with house.app.app_context():
            jobs.switch.apply()
            house.ears.update = lambda *_: told.append(house.boards.facts(NBA).next_poll_at)  # type: ignore[method-assign]
            house.poll(odds_of(-120))
        assert told == [house.clock() + timedelta(seconds=1)]
        jobs._scheduler.shutdown(wait=False)


def test_a_sport_out_of_season_costs_nothing(tmp_path: Path) -> None:
    with open_house(tmp_path, **ON) as house:
        house.boards.active[NBA] = False
        with house.app.app_context():
            house.wiring.jobs._scheduler.start(paused=True)
            lead(house.wiring.jobs)
            house.wiring.jobs._poll(NBA)
            assert house.boards.facts(NBA).next_poll_at is None
            house.wiring.jobs._scheduler.shutdown(wait=False)
        assert house.upstream.asked == []


@pytest.mark.slow
def test_the_switch_starts_and_stops_polls_at_run_time(tmp_path: Path) -> None:
    settings: dict[str, Any] = {**ON, "POLL_ENABLED": "false", "POLL_ALLOW_EXHAUSTION": "true"}
    with open_house(tmp_path, **settings) as house, running(house) as jobs:
        until(lambda: jobs.succession._did_lead)
        assert house.upstream.paid() == 0
        assert house.boards.facts(NBA).polling is False
        with house.app.app_context():
            jobs.switch.change(True)
        until(lambda: house.upstream.paid() >= 2)
        assert house.boards.facts(NBA).next_poll_at
        with house.app.app_context():
            jobs.switch.change(False)
        facts = house.boards.facts(NBA)
        assert (facts.polling, facts.next_poll_at) == (False, None)


def test_who_can_not_renew_the_lease_polls_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(tmp_path, POLL_ENABLED="true") as house, house.app.app_context():
        jobs: Jobs = house.wiring.jobs
        jobs._scheduler.start(paused=True)
        jobs._lead()
        assert house.boards.facts(NBA).polling

        def gone(*_: object) -> bool:
            raise StoreError("the database is gone")

        monkeypatch.setattr(lease, "hold", gone)
        house.clock.pass_by(4)
        jobs._lead()
        assert house.boards.facts(NBA).polling
        house.clock.pass_by(9)
        jobs._lead()
        assert not house.boards.facts(NBA).polling
        jobs._scheduler.shutdown(wait=False)


def test_who_was_stopped_for_long_polls_no_more(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ENABLED="true") as house, house.app.app_context():
        jobs: Jobs = house.wiring.jobs
        jobs._scheduler.start(paused=True)
        jobs._lead()
        house.clock.pass_by(19)  # suspended: no beat came, another process holds the lease by now
        jobs._poll(NBA)
        assert house.upstream.asked == []
        jobs._scheduler.shutdown(wait=False)


def test_a_successor_goes_on_with_what_its_predecessor_paid_for(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ENABLED="true") as house:
        first, then = house, House(house.folder, house.url, house.upstream, house.clock).open()
        first.poll(odds_of())
        first.poll(odds_of(-120))
        jobs: Jobs = then.wiring.jobs
        jobs._scheduler.start(paused=True)
        with then.app.app_context():
            jobs._lead()
        assert then.boards.stream(NBA).board == first.boards.stream(NBA).board
        assert then.boards.ledger.remaining == first.boards.ledger.remaining
        assert then.poll(odds_of(-130)).board.version == 3
        jobs._scheduler.shutdown(wait=False)
        then.close()


def test_what_is_switched_in_one_process_is_heard_in_the_other(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ENABLED="true") as house:
        other = House(house.folder, house.url, house.upstream, house.clock).open()
        jobs: Jobs = house.wiring.jobs
        jobs._scheduler.start(paused=True)
        with house.app.app_context():
            jobs._lead()
        assert house.boards.facts(NBA).polling
        with other.app.app_context():
            other.wiring.jobs.switch.change(on=False)
        with house.app.app_context():
            jobs.succession.follow()
        assert not house.boards.facts(NBA).polling
        jobs._scheduler.shutdown(wait=False)
        other.close()


def test_one_process_polls_and_the_next_takes_over_when_it_dies(tmp_path: Path) -> None:
    clock = Clock()
    with open_house(tmp_path) as house, house.app.app_context():
        assert lease.hold("far-away:1:a", clock())
        assert not lease.hold("elsewhere:1:b", clock())
        clock.pass_by(10)
        assert lease.hold("far-away:1:a", clock())
        clock.pass_by(13)
        assert lease.hold("elsewhere:1:b", clock())
        assert not lease.hold("far-away:1:a", clock())
        lease.release("elsewhere:1:b")
        assert lease.hold("far-away:1:a", clock())
