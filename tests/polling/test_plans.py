"""The planner in the house: who watches, what was refreshed and what credits buy all count."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso
from linefinder.domain.planner.rates import estimate
from linefinder.domain.planner.threshold import MARGIN, worth
from tests.support.rooms import NBA, NFL, House, impatient, join_refreshes, lead, open_house
from tests.support.upstream import odds_of, refusal

RESET = datetime(2026, 12, 1, tzinfo=UTC)


@contextmanager
def planning(folder: Path, **settings: Any) -> Iterator[House]:
    """A house whose credits allow no steady cadence, polled once, its scheduler paused."""
    with open_house(folder, POLL_ENABLED="true", **settings) as house:
        house.poll(odds_of())
        jobs = house.wiring.jobs
        jobs._scheduler.start(paused=True)
        lead(jobs)
        with house.app.app_context():
            jobs.switch.apply()
            yield house
        if jobs._scheduler.running:
            jobs._scheduler.shutdown(wait=False)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with planning(tmp_path) as planned:
        yield planned


def test_a_poll_is_planned_and_said_why(house: House) -> None:
    facts = house.boards.facts(NBA)
    assert facts.next_poll_at
    assert facts.next_poll_at > house.clock()
    assert facts.because
    assert facts.because.events == 1
    feed = house.boards.feed(NBA, house.clock())
    assert feed["because"]["kind"] in {"starting", "playing", "waiting"}


def test_a_steady_cadence_has_no_reason(tmp_path: Path) -> None:
    with planning(tmp_path, POLL_ALLOW_EXHAUSTION="true") as house:
        assert house.boards.facts(NBA).next_poll_at
        assert house.boards.feed(NBA, house.clock())["because"] is None


def test_a_refresh_by_hand_takes_from_the_plan(house: House) -> None:
    before = house.wiring.plans.plan.spent
    house.upstream.remaining = 40  # many refreshes
    house.upstream.odds[NFL] = [odds_of(key="nfl")]
    house.clock.pass_by(60)
    house.refresh(NFL)
    join_refreshes()
    assert house.boards.ledger.remaining == 37
    assert house.wiring.plans.plan.spent < before


def test_a_provider_that_is_down_is_left_alone_longer_and_longer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    house.upstream.for_all = refusal(503, "DOWN")
    waits = []
    for _ in range(7):
        house.clock.at = max(house.clock(), house.boards.facts(NBA).next_poll_at)
        house.wiring.jobs._poll(NBA)
        due = house.boards.facts(NBA).next_poll_at
        assert due
        waits.append((due - house.clock()).total_seconds())
    assert all(
        wait >= least for wait, least in zip(waits, (60, 120, 240, 480, 900, 900, 900), strict=True)
    )
    house.upstream.for_all = None
    house.poll(odds_of(-115))
    assert house.wiring.plans._not_before[NBA] == house.clock()


def test_a_sport_whose_first_poll_failed_is_soon_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    with planning(tmp_path, POLL_SPORTS="nba,nfl") as house:
        house.upstream.for_all = refusal(503, "DOWN")
        house.wiring.jobs._poll(NFL)
        due = house.boards.facts(NFL).next_poll_at
        assert due == house.clock() + timedelta(seconds=60)
        house.clock.at = due
        house.wiring.jobs._poll(NFL)
        assert house.boards.facts(NFL).next_poll_at == house.clock() + timedelta(seconds=120)


def test_without_credits_every_sport_waits_for_the_reset(tmp_path: Path) -> None:
    with planning(tmp_path, POLL_SPORTS="nba,nfl") as house:
        house.upstream.odds[NFL] = [odds_of(key="nfl")]
        house.upstream.answers.append(refusal(401, "OUT_OF_USAGE_CREDITS"))
        house.wiring.jobs._poll(NFL)
        due = {house.boards.facts(sport).next_poll_at for sport in (NBA, NFL)}
        assert due == {RESET}
        house.upstream.remaining = 300  # a larger plan was bought
        house.wiring.jobs.duties.look()
        due = {house.boards.facts(sport).next_poll_at for sport in (NBA, NFL)}
        assert due == {house.clock()}


def test_viewers_that_come_are_planned_for(house: House) -> None:
    plans, learning = house.wiring.plans, house.wiring.learning
    assert not plans.viewers_changed()
    learning.viewers = lambda sport: 1
    assert plans.viewers_changed()
    house.clock.pass_by(60)
    house.wiring.jobs.duties.watch()
    assert not plans.viewers_changed()
    hour = house.clock().weekday() * 24 + house.clock().hour
    assert learning._usual[NBA][hour] > 0


def test_a_crowd_that_comes_between_two_plans_is_polled_for_at_once(house: House) -> None:
    """Fewer than would make a new plan: the price of a credit says whether they are worth a poll."""
    plans, learning, jobs = house.wiring.plans, house.wiring.learning, house.wiring.jobs
    learning.viewers = lambda sport: 10
    house.clock.pass_by(60)
    jobs.duties.watch()
    house.clock.pass_by(900)
    watch, tally = learning.known([NBA])[NBA]
    value = worth(watch, estimate(tally), house.clock().timestamp(), plans.plan.fresh)
    cost = max(house.boards.ledger.cost or 0, house.wiring.config.poll_cost)
    plans.plan = replace(plans.plan, price=13 * value / (MARGIN * cost))
    jobs.duties.watch()
    later = house.boards.facts(NBA).next_poll_at
    assert later
    assert later > house.clock()
    learning.viewers = lambda sport: 15
    jobs.duties.watch()
    assert house.boards.facts(NBA).next_poll_at == house.clock()


def test_what_was_learnt_outlives_a_restart(house: House) -> None:
    for price in range(-120, -110, 2):
        house.poll(odds_of(price), seconds=120)
    house.wiring.jobs.stop()
    learnt = house.wiring.learning.known([NBA])[NBA][1].to_plain()
    assert learnt["rows"]
    again = house.again()
    kept = again.wiring.learning.known([NBA])[NBA][1].to_plain()
    assert kept == learnt


def test_a_first_poll_that_ends_while_all_is_kept_is_no_trouble(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    learning = house.wiring.learning
    kept: list[str] = []

    def learn(sport: str, *_: object) -> None:
        kept.append(sport)
        learning._kept_at[NFL] = house.clock()

    monkeypatch.setattr(learning._recorder, "learn", learn)
    learning.keep(house.clock())
    assert kept == [NBA]


def test_what_the_credits_buy_is_told_for_other_settings_too(house: House) -> None:
    found = house.wiring.prospects.make([NBA], house.clock())
    assert [one.name for one in found] == ["as set", "moneyline only", "20,000 credits a month"]
    as_set, cheap, larger = found
    assert as_set.credits <= 400 * as_set.days / 7
    assert as_set.polls[NBA] < cheap.polls[NBA] < larger.polls[NBA]
    assert as_set.live is not None
    assert cheap.live is not None
    assert larger.live is not None
    assert as_set.live < cheap.live < larger.live <= 1


def test_nothing_is_foreseen_of_an_account_that_is_not_known(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        assert house.wiring.prospects.make([NBA], house.clock()) == ()


def test_refreshes_of_late_are_kept_credits_for(house: House) -> None:
    before = house.boards.reserve(house.clock())
    for _ in range(14):
        house.clock.pass_by(3600)
        house.refresh()
        join_refreshes()
    with house.app.app_context():
        house.wiring.jobs.duties.look()
    assert house.boards.by_hand == 3.0
    assert house.boards.reserve(house.clock()) > before


def test_a_reset_is_seen_and_planned_for(house: House) -> None:
    house.upstream.remaining, house.upstream.used = 3, 497
    house.poll(odds_of(-120))
    assert house.boards.facts(NBA).next_poll_at == RESET
    assert house.boards.facts(NBA).because is None
    house.clock.at += timedelta(days=9)  # December
    house.upstream.remaining, house.upstream.used = 500, 0
    house.upstream.odds[NBA] = [odds_of(starts=iso(house.clock() + timedelta(hours=5)))]
    with house.app.app_context():
        house.wiring.jobs.duties.look()
    assert house.boards.ledger.remaining == 500
    assert house.wiring.plans.plan.spent > 90
    assert house.boards.facts(NBA).next_poll_at


def test_a_clock_that_is_set_back_does_not_hold_up_the_plan(house: House) -> None:
    jobs = house.wiring.jobs
    house.poll(odds_of())
    planned = house.boards.facts(NBA).next_poll_at
    assert planned
    hour = timedelta(hours=1)
    house.clock.pass_by(-3600)
    jobs.agenda.set_back(-hour)
    assert house.boards.facts(NBA).next_poll_at == planned - hour
    house.wiring.plans.make([NBA])
    assert house.wiring.plans.not_before(NBA, house.clock()) == house.clock()
    assert house.wiring.learning.polled_at(NBA) <= house.clock().timestamp()


def test_refreshes_count_for_an_hour_whatever_the_clock_does(tmp_path: Path) -> None:
    with planning(tmp_path, REFRESH_PER_HOUR="1") as house:
        house.refresh()
        house.clock.pass_by(-7200)
        house.wiring.jobs.agenda.set_back(timedelta(hours=-2))
        with pytest.raises(Refused):
            house.refresh()
        house.clock.pass_by(3600)
        assert house.refresh().credits == 3
