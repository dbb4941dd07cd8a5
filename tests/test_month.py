"""A month of credits, compressed: all of them are used, and never one that is not there."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linefinder.polling.plans import Plans
from linefinder.provider.sandbox.faults import Fault
from tests.support.month import RESET, Month, month
from tests.support.rooms import NBA, NFL, impatient

LAST_DAYS = datetime(2026, 11, 29, 0, 5, tzinfo=UTC)
WHOLE = datetime(2026, 11, 1, 0, 5, tzinfo=UTC)


def check_account(month_: Month, size: int, spent: int) -> None:
    """Never below the reserve, nearly all spent, and as many credits as polls cost."""
    assert month_.low >= 0
    assert month_.box.account.used <= size
    assert month_.box.account.used >= spent
    assert {sport for _, sport in month_.polls} == {NBA, NFL}


@pytest.mark.slow
def test_the_last_days_of_a_month_use_what_is_left(tmp_path: Path) -> None:
    with month(tmp_path, LAST_DAYS, 500, used=440) as running:
        running.run_until(RESET)
        check_account(running, 500, spent=491)
        assert len(running.polls) >= 17


@pytest.mark.slow
def test_an_outage_of_two_hours_is_no_loss(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    impatient(monkeypatch)
    with month(tmp_path, LAST_DAYS, 500, used=440) as running:
        running.run_until(LAST_DAYS + timedelta(hours=6))
        running.box.faults.add(Fault("status", status=503))
        running.run_until(LAST_DAYS + timedelta(hours=8))
        running.box.faults.clear()
        running.run_until(RESET)
        check_account(running, 500, spent=488)


@pytest.mark.slow
def test_a_cost_that_doubles_is_seen_and_kept_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with month(tmp_path, LAST_DAYS, 500, used=400) as running:
        running.run_until(LAST_DAYS + timedelta(days=1))
        spend = running.box.account.spend
        headers = running.box.account.headers
        monkeypatch.setattr(running.box.account, "spend", lambda cost, now: spend(2 * cost, now))
        monkeypatch.setattr(
            running.box.account, "headers", lambda cost, now: headers(2 * cost, now)
        )
        running.run_until(RESET)
        assert running.box.account.used <= 500
        assert running.box.account.used >= 485
        assert running.house.boards.ledger.cost == 6


@pytest.mark.parametrize(
    "factor",
    [pytest.param(1 / 3, marks=pytest.mark.long), pytest.param(3.0, marks=pytest.mark.slow)],
)
def test_rates_that_are_wrong_break_no_budget(
    factor: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Plans.calculate

    def wrong(asked: dict[str, object]) -> object:
        monkeypatch.setattr("linefinder.domain.planner.rates.MOVED", MOVED * factor)
        return whole(asked)

    from linefinder.domain.planner.rates import MOVED

    monkeypatch.setattr(Plans, "calculate", staticmethod(wrong))
    with month(tmp_path, LAST_DAYS, 500, used=440) as running:
        running.run_until(RESET)
        check_account(running, 500, spent=488)


@pytest.mark.slow
def test_an_empty_account_is_not_asked_again_before_the_reset(tmp_path: Path) -> None:
    with month(tmp_path, LAST_DAYS, 500, used=440) as running:
        running.run_until(LAST_DAYS + timedelta(hours=5))
        running.box.account.used = 500
        running.run_until(LAST_DAYS + timedelta(hours=20))
        calls = running.box.calls["odds"]
        running.run_until(RESET - timedelta(minutes=1))
        assert running.box.calls["odds"] == calls
        feed = running.house.boards.judge(NBA, running.clock())
        assert (feed.status, feed.reason) == ("stale", "out_of_credits")
        running.run_until(RESET + timedelta(hours=3))
        assert running.box.calls["odds"] > calls
        assert running.house.boards.judge(NBA, running.clock()).status in {"live", "delayed"}


@pytest.mark.long
def test_a_whole_month_of_a_free_plan(tmp_path: Path) -> None:
    with month(tmp_path, WHOLE, 500) as running:
        running.run_until(RESET)
        check_account(running, 500, spent=485)
        days = Counter(at.day for at, _ in running.polls)
        print(
            f"{running.box.account.used} of 500 credits, {len(running.polls)} polls, by day {days}"
        )
        print(f"the least that was left above the reserve: {running.low}")
        assert len(days) == 30
