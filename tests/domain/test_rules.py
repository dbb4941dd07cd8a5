"""Rules say only what their kind takes; quiet hours are those of the clock on the wall."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.rules import Quiet, Rule, check_rule, is_quiet, quiet_of, time_of

NBA = "basketball_nba"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"kind": "gut"}, "'kind' is one of target"),
        ({"kind": "target", "market": "h2h", "outcome": "A"}, "needs 'price'"),
        ({"kind": "target", "market": "h2h", "price": 150.0}, "needs 'outcome'"),
        ({"kind": "target", "market": "h2h", "outcome": "A", "price": 50.0}, "no american price"),
        ({"kind": "move"}, "needs 'points' or 'chance'"),
        ({"kind": "move", "points": 0.1}, "'points' is a number from 0.5"),
        ({"kind": "move", "points": float("nan")}, "'points' is a number"),
        ({"kind": "opener", "price": 150.0}, "takes no 'price'"),
        ({"kind": "steam", "bookmaker": "dk"}, "takes no 'bookmaker'"),
        ({"kind": "steam", "books": 1}, "'books' is a number from 2 to 20"),
        ({"kind": "opener", "event": ""}, "'event' has 1 to 200"),
        ({"kind": "opener", "event": "x" * 201}, "'event' has 1 to 200"),
        ({"kind": "opener", "cooldown": 0}, "'cooldown' is a number from 60"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_in_words(wrong: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        check_rule(Rule(sport=NBA, **wrong))


@pytest.mark.parametrize(
    "right",
    [
        {"kind": "target", "market": "h2h", "outcome": "A", "price": 150.0, "bookmaker": "dk"},
        {"kind": "move", "chance": 0.03},
        {"kind": "steam", "books": 4, "seconds": 60, "event": "e1"},
        {"kind": "low_hold", "profit": -0.005},
    ],
)
def test_a_rule_that_makes_sense_stays_as_it_is(right: dict[str, Any]) -> None:
    assert check_rule(Rule(sport=NBA, **right)) == Rule(sport=NBA, **right)


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [
        ("2026-11-23T21:59", False),
        ("2026-11-23T22:00", True),  # 23:00 in Berlin's winter
        ("2026-11-24T05:59", True),
        ("2026-11-24T06:00", False),
        ("2026-07-01T20:59", False),
        ("2026-07-01T21:00", True),  # and in its summer
        ("2026-07-02T04:59", True),
        ("2026-07-02T05:00", False),
    ],
)
def test_quiet_hours_go_over_midnight_and_by_the_zone(utc: str, quiet: bool) -> None:
    night = quiet_of("23:00", "07:00", "Europe/Berlin")
    assert is_quiet(night, datetime.fromisoformat(utc).replace(tzinfo=UTC)) is quiet


def test_without_quiet_hours_it_is_never_quiet() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    assert not is_quiet(None, now)
    assert not is_quiet(quiet_of("08:00", "08:00", "UTC"), now.replace(hour=8))


@pytest.mark.parametrize(
    "wrong",
    [
        ("24:00", "07:00", "UTC"), ("23:60", "07:00", "UTC"), ("7:00", "07:00", "UTC"),
        ("+7:00", "07:00", "UTC"), ("123:4", "07:00", "UTC"), ("", "07:00", "UTC"),
        ("23:00", "07:00", "Mars/Olympus"), ("23:00", "07:00", "../etc/passwd"),
        ("23:00", "07:00", "/etc/passwd"), ("23:00", "07:00", ""),
    ],
)  # fmt: skip
def test_quiet_hours_that_are_none_are_refused(wrong: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="time"):
        quiet_of(*wrong)


MINUTES = st.integers(0, 1439)


@given(MINUTES, MINUTES)
def test_a_day_has_exactly_as_many_quiet_minutes_as_were_asked(start: int, end: int) -> None:
    day = datetime(2026, 11, 23, tzinfo=UTC)
    quiet = Quiet(start, end, "UTC")
    count = sum(is_quiet(quiet, day + timedelta(minutes=minute)) for minute in range(1440))
    assert count == (end - start) % 1440
    assert quiet_of(time_of(start), time_of(end), "UTC") == quiet
