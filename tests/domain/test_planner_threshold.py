"""The rule between two plans: worth a poll exactly where the best even interval ends."""

from __future__ import annotations

import numpy as np
import pytest

from linefinder.domain.planner.rates import BUCKETS, HOUR, Rates
from linefinder.domain.planner.threshold import is_due, worth
from linefinder.domain.planner.watch import Watch

NOW = 1_784_000_000.0
LINES, RATE = 60, 0.8
FRESH = 0.7


def watch(since: float, lines: int = LINES) -> Watch:
    """A sport with one event two days ahead, polled `since` seconds ago."""
    found = Watch(0.0)
    found.polled(NOW - since, {"a": NOW + 48 * HOUR}, {"a": lines})
    return found


def flat(rate: float) -> Rates:
    still = np.zeros(BUCKETS)
    return Rates(np.full(BUCKETS, rate), still, still, float(LINES))


def value(since: float) -> float:
    return worth(watch(since), flat(RATE), NOW, FRESH)


@pytest.mark.parametrize("price", [0.1, 1.0, 5.0])
def test_a_poll_is_worth_its_price_where_the_cost_of_an_even_interval_is_least(
    price: float,
) -> None:
    """The mean cost (C + price) / T is searched by hand, with C from the very rates."""
    from_hours = np.arange(0.01, 12.0, 0.01)
    shares = np.array(
        [(1 + RATE * hours / 0.8) ** -0.8 for hours in from_hours]
    )  # Gamma of shape 0.8
    costs = np.cumsum((1 - shares) * LINES * 0.01 * HOUR)
    best = from_hours[((costs + price * HOUR * LINES / 10) / from_hours).argmin()]
    assert value(best * HOUR) == pytest.approx(price * HOUR * LINES / 10, rel=0.15)


def test_worth_grows_with_time_and_is_nothing_after_a_poll() -> None:
    worths = [value(hours * HOUR) for hours in (0.0, 0.5, 1.0, 2.0, 5.0)]
    assert worths[0] == 0
    assert sorted(worths) == worths
    assert worths[-1] > 0


def test_a_board_without_events_is_worth_nothing() -> None:
    assert worth(Watch(NOW - HOUR), flat(RATE), NOW, FRESH) == 0


def test_only_viewers_whom_the_plan_did_not_know_make_a_poll_due() -> None:
    assert is_due(100.0, (1.0, 3.0), 200.0)
    assert not is_due(100.0, (3.0, 3.0), 200.0)
    assert not is_due(100.0, (3.0, 4.0), 200.0)
    assert not is_due(100.0, (1.0, 2.1), 200.0)
    assert not is_due(100.0, (1.0, 3.0), 0.0)
