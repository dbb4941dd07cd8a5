"""Rates from sightings: what was seen through gaps comes out as it went in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from linefinder.domain.planner.hours import EVEN, factors
from linefinder.domain.planner.rates import (
    ALIKE,
    EDGES,
    FACTORS,
    HOUR,
    MOVED,
    SHAPE,
    SHARES,
    Sighting,
    Spans,
    Tally,
    estimate,
    exposure,
    likeliest,
    spent,
)

RATE, LINES = 0.9, 400


def seen(hours: float, rate: float, start: float = 5.0, rounds: int = 60) -> list[Sighting]:
    """Polls `hours` apart, five hours before the start, of lines that all move at one rate."""
    moved = round(LINES * -math.expm1(-rate * hours))
    before = (start + hours / 2) * HOUR
    return [Sighting(before, before - hours * HOUR, LINES, moved, 0, 0)] * rounds


@pytest.mark.parametrize("hours", [0.1, 0.5, 1.0, 1.9])
def test_a_rate_is_found_whatever_the_interval(hours: float) -> None:
    watched, changed = np.full(60, float(LINES)), np.full(60, LINES * -math.expm1(-RATE * hours))
    before = np.full(60, (5 + hours / 2) * HOUR)
    rows = exposure(Spans(before, before - hours * HOUR, np.zeros(60)))
    rates = likeliest(rows, watched, changed, MOVED, ALIKE)
    assert rates[np.searchsorted(EDGES, 5 * HOUR)] == pytest.approx(RATE, rel=0.02)
    naive = changed.sum() / (watched @ rows).sum()
    assert naive < RATE * (1 - 0.3 * min(1.0, hours))


def test_lines_that_differ_are_found_by_their_mean() -> None:
    """A few lines that move all the time and many that hardly do."""
    for hours in (0.25, 2.0):
        unmoved = float(SHARES @ np.exp(-FACTORS * RATE * hours))
        before = (5 + hours / 2) * HOUR
        tally = Tally()
        moved = round(LINES * (1 - unmoved))
        tally.add([Sighting(before, before - hours * HOUR, LINES, moved, 0, 0)] * 200)
        rates = estimate(tally)
        assert rates.moved[np.searchsorted(EDGES, 5 * HOUR)] == pytest.approx(RATE, rel=0.05)


def test_the_classes_are_a_gamma_distribution() -> None:
    assert SHARES.sum() == pytest.approx(1)
    assert pytest.approx(1) == SHARES @ FACTORS
    assert pytest.approx(1 + 1 / SHAPE) == SHARES @ FACTORS**2


def test_without_sightings_the_priors_stand() -> None:
    rates = estimate(Tally())
    assert (rates.moved == MOVED).all()
    far, near = (rates.moved[np.searchsorted(EDGES, hours * HOUR)] for hours in (100, 0.05))
    assert far < 0.1 < 1 < near


def test_a_bucket_that_was_not_seen_keeps_its_prior() -> None:
    tally = Tally()
    tally.add(seen(0.5, 3.0))
    rates = estimate(tally)
    assert rates.moved[np.searchsorted(EDGES, 5 * HOUR)] > 2
    assert rates.moved[0] == MOVED[0]
    assert rates.moved[-1] == MOVED[-1]


def test_exposure_adds_up_to_the_interval() -> None:
    before = np.array([10.0, 0.2, 200.0]) * HOUR
    after = np.array([3.0, -2.0, 199.0]) * HOUR
    assert exposure(Spans(before, after, np.zeros(3))).sum(axis=1) == pytest.approx(
        (before - after) / HOUR
    )


def test_what_is_spent_between_two_moments_is_rate_times_time() -> None:
    flat = np.full(len(EDGES) + 1, 2.0)
    reached = spent(flat, np.array([50.0, 20.0, -1.0]) * HOUR)
    assert np.diff(reached) == pytest.approx([60.0, 42.0])


def test_a_tally_survives_being_kept() -> None:
    tally = Tally()
    tally.add(seen(0.5, 1.0) + seen(4.0, 0.2, start=30))
    again = Tally.from_plain(tally.to_plain())
    assert (estimate(again).moved == estimate(tally).moved).all()
    assert again.most() == LINES
    assert Tally.from_plain({"edges": 3, "rows": [], "sizes": []}).rows == {}
    assert Tally.from_plain({}).rows == {}


def test_what_was_estimated_is_kept_until_something_more_is_seen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tally = Tally()
    tally.add(seen(0.5, 1.0))
    first = estimate(tally)
    assert estimate(Tally.from_plain(tally.to_plain())) is first
    monkeypatch.setattr("linefinder.domain.planner.rates.MOVED", 3 * MOVED)
    assert (estimate(tally).moved > first.moved).any()
    monkeypatch.undo()
    tally.add(seen(4.0, 1.0))
    assert (estimate(tally).moved != first.moved).any()


def test_what_was_seen_long_ago_fades() -> None:
    tally = Tally()
    tally.add(seen(0.5, 9.0))
    for _ in range(400):
        tally.fade(0.95)
    assert tally.rows == {}
    assert (estimate(tally).moved == MOVED).all()


def test_the_hour_of_the_day_is_learnt_beside_the_time_to_the_start() -> None:
    """Two weeks of hourly polls; between 06:00 and 10:00 lines move at a fifth of their rate."""
    tally = Tally()
    for hour in range(14 * 24):
        asleep = 6 <= hour % 24 < 10
        moved = round(LINES * -math.expm1(-0.5 * (0.2 if asleep else 1.0)))
        before = (10 + hour % 19) * HOUR
        tally.add([Sighting(before, before - HOUR, LINES, moved, 0, 0, (hour + 1) * HOUR)])
    profile = estimate(tally).moved_by_hour
    assert profile[3:5].mean() < 0.35 * profile[6:].mean()
    assert np.ptp(profile[6:]) < 0.25


def test_a_day_without_a_profile_is_as_it_was() -> None:
    times = np.array([5.0, 29.5, 77.0]) * HOUR
    assert factors(EVEN, times) == pytest.approx([1, 1])
    late = np.array([0.0] * 11 + [12.0])
    assert factors(late, np.array([0.0, 22.0, 24.0, 48.0]) * HOUR) == pytest.approx([0, 12, 1])
