"""Credits: never below zero, gone at the reset and not before, and said in words."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.quota import (
    Ledger,
    Usage,
    duration,
    expected_left,
    fits,
    forecast,
    in_words,
    lasting_interval,
    month_start,
    next_reset,
    next_size,
    poll_cost,
    reserve,
    spendable,
)

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
CREDITS = st.integers(0, 3000)
COSTS = st.integers(1, 12)
SPORTS = st.integers(1, 6)


@pytest.mark.parametrize(
    ("markets", "regions", "bookmakers", "cost"),
    [(3, 1, 0, 3), (3, 2, 0, 6), (1, 1, 0, 1), (3, 4, 10, 3), (3, 1, 11, 6), (2, 9, 1, 2)],
)
def test_a_poll_costs_markets_times_regions_or_tens_of_bookmakers(
    markets: int, regions: int, bookmakers: int, cost: int
) -> None:
    assert poll_cost(markets, regions, bookmakers) == cost


def test_the_month_ends_on_the_first() -> None:
    assert next_reset(NOON) == datetime(2026, 12, 1, tzinfo=UTC)
    assert next_reset(datetime(2026, 12, 31, 23, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)
    assert next_reset(datetime(2026, 12, 1, tzinfo=UTC)) == datetime(2027, 1, 1, tzinfo=UTC)


@given(MOMENTS)
def test_a_moment_lies_in_its_month(now: datetime) -> None:
    assert month_start(now) <= now < next_reset(now)
    assert month_start(next_reset(now)) == next_reset(now)


def test_headers_are_the_truth() -> None:
    ledger = Ledger().after(Usage(480, 20, 3), NOON)
    assert (ledger.remaining, ledger.used, ledger.size, ledger.seen_at) == (480, 20, 500, NOON)
    assert ledger.after(None, NOON) is ledger
    assert ledger.after(Usage(None, 5, None), NOON) is ledger
    assert ledger.after(Usage(-3, None, None), NOON) == Ledger(-3, 20, NOON, 3)


def test_an_empty_account_has_nothing_left_whatever_was_counted() -> None:
    assert Ledger(40, 460, NOON).exhausted(NOON).remaining == 0
    assert Ledger(-4, 504, NOON).exhausted(NOON).remaining == -4
    assert Ledger().exhausted(NOON).remaining == 0


def test_an_account_that_was_refused_is_empty_until_it_is_looked_at() -> None:
    refused = Ledger(40, 460, NOON).exhausted(NOON)
    assert refused.after(Usage(397, 103, 0), NOON).remaining == 0
    looked = refused.looked(Usage(397, 103, 0), NOON)
    assert (looked.remaining, looked.empty) == (397, False)


def test_who_refreshes_often_is_left_more() -> None:
    ledger = Ledger(400, 100, NOON)
    days = (next_reset(NOON) - NOON).total_seconds() / 86_400
    assert reserve(ledger, None, NOON, by_hand=6) == math.ceil(6 * days)
    assert reserve(ledger, None, NOON, by_hand=0.01) == reserve(ledger, None, NOON)
    assert reserve(ledger, None, NOON, by_hand=1000) == 200  # half is for the plan, whatever was
    assert reserve(ledger, 30, NOON, by_hand=6) == reserve(ledger, 30, NOON)


def test_the_next_larger_plan_is_the_providers() -> None:
    assert next_size(500) == 20_000
    assert next_size(20_000) == 100_000
    assert next_size(1_000) == 20_000
    assert next_size(15_000_000) is next_size(None) is None


@given(st.integers(0, 100_000), st.integers(0, 100_000), st.none() | CREDITS, MOMENTS, MOMENTS)
def test_the_reserve_falls_to_nothing_at_the_reset(
    left: int, used: int, setting: int | None, one: datetime, other: datetime
) -> None:
    ledger = Ledger(left, used, one)
    whole = math.ceil(0.02 * (left + used)) if setting is None else setting
    assert reserve(ledger, setting, month_start(one)) == whole
    assert reserve(ledger, setting, next_reset(one) - timedelta(microseconds=1)) <= 1
    if next_reset(one) == next_reset(other):
        sooner, later = sorted([one, other])
        assert whole >= reserve(ledger, setting, sooner) >= reserve(ledger, setting, later) >= 0


@given(st.none() | st.integers(-50, 3000), COSTS, CREDITS)
def test_a_call_fits_where_it_is_known_to_leave_the_reserve(
    left: int | None, cost: int, reserved: int
) -> None:
    known = left is not None and left - cost >= reserved
    assert fits(Ledger(left, 0, NOON), cost, reserved) == known


def test_what_can_be_spent_is_never_below_nothing() -> None:
    assert spendable(Ledger(), 10) is None
    assert spendable(Ledger(30, 0, NOON), 10) == 20
    assert spendable(Ledger(-5, 0, NOON), 10) == 0


@given(CREDITS, COSTS, SPORTS, st.integers(600, 100_000), st.integers(1, 3600))
def test_a_stretched_cadence_lasts_to_the_reset(
    credits_left: int, cost: int, sports: int, seconds_left: int, interval: int
) -> None:
    """Simulated: each sport plans its next poll when one has ended; none may be short of credits
    long before the reset, and none is below zero."""
    left, due = credits_left, dict.fromkeys(range(sports), 0.0)
    while True:
        sport, at = min(due.items(), key=lambda pair: pair[1])
        if at >= seconds_left:
            break
        if left < cost:
            # only who polled last may find nothing, and then less than one round early
            assert left >= 0
            assert (
                seconds_left - at
                <= lasting_interval(interval, cost, sports, credits_left, seconds_left) + interval
            )
            break
        left -= cost
        due[sport] = at + lasting_interval(interval, cost, sports, left, seconds_left - at)
    assert left >= 0


@given(CREDITS, COSTS, SPORTS, st.floats(1, 2_678_400), st.floats(1, 86_400))
def test_the_cadence_is_never_quicker_than_asked_and_never_dearer_than_paid(
    credits_left: int, cost: int, sports: int, seconds_left: float, interval: float
) -> None:
    found = lasting_interval(interval, cost, sports, credits_left, seconds_left)
    assert found >= interval
    if credits_left < cost:
        assert math.isinf(found)
    else:
        assert seconds_left / found * cost * sports <= credits_left * (1 + 1e-9)


def test_what_is_not_known_stretches_nothing() -> None:
    assert lasting_interval(60, 3, 2, None, 1e6) == 60
    assert lasting_interval(60, 3, 0, 500, 1e6) == 60
    assert forecast(60, 60, 3, 0, 500) is None


def test_a_free_plan_is_told_what_its_settings_mean() -> None:
    month = 30 * 86_400.0
    lasting = lasting_interval(60, 3, 2, 490, month)
    plan = forecast(60, lasting, 3, 2, 490)
    assert plan is not None
    assert plan.stretched
    assert plan.exhausted_in == pytest.approx(490 / 6 * 60)
    assert plan.credits_a_day * 30 == pytest.approx(490)
    assert in_words(plan, 60, False) == (
        "Every 60 s the credits would last 81.7 min, so each sport is polled every 8.82 h "
        "instead: 3 polls a day for each sport, 16 credits a day in all."
    )


def test_a_large_plan_is_not_stretched() -> None:
    plan = forecast(60, 60.0, 3, 2, 5_000_000)
    assert plan is not None
    said = "1,440 polls a day for each sport, 8,640 credits a day in all."
    assert in_words(plan, 60, False) == said


def test_what_polling_leaves_over_is_foreseen() -> None:
    plan = forecast(60, 60.0, 3, 2, 5_000_000)
    assert plan
    assert expected_left(plan, 5_000_000, 86_400) == 5_000_000 - 1440 * 3 * 2
    assert expected_left(plan, 5, 86_400) == 0
    assert expected_left(plan, None, 86_400) is None


def test_an_empty_account_pays_for_nothing() -> None:
    plan = forecast(60, math.inf, 3, 2, 2)
    assert plan is not None
    assert (plan.polls_a_day, plan.credits_a_day) == (0, 0)
    assert in_words(plan, 60, False) == "The credits left pay for no poll before the reset."


def test_an_unknown_account_is_forecast_for_ever() -> None:
    plan = forecast(60, 60.0, 3, 2, None)
    assert plan is not None
    assert math.isinf(plan.exhausted_in)
    assert not plan.stretched
    assert "first answer" in in_words(plan, 60, False)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (45, "45 s"),
        (119, "119 s"),
        (120, "2 min"),
        (7200, "2 h"),
        (1e6, "12 days"),
        (math.inf, "for ever"),
    ],
)
def test_lengths_of_time_are_said_for_people(seconds: float, words: str) -> None:
    assert duration(seconds) == words
