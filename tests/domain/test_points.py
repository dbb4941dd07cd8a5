"""Half-point values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.points import DEVIATIONS, half_point, win_probability

NFL, NBA = "americanfootball_nfl", "basketball_nba"
HALVES = st.integers(-40, 40).map(lambda number: number / 2)


@pytest.mark.parametrize(("points", "wins"), [(3.5, 0.60), (8.5, 0.73), (9.0, 0.74)])
def test_favourites_win_as_published(points: float, wins: float) -> None:
    """A. Gelman et al., Bayesian Data Analysis, third edition, section 1.6, after Stern (1991)."""
    assert win_probability(points, DEVIATIONS[NFL]) == pytest.approx(wins, abs=0.005)


def test_a_spread_of_three_pushes_as_often_as_published() -> None:
    """9 % of NFL games with a spread of 3 since 2015 (The Washington Post, 20 September 2022). Half a
    point onto 3 and another beyond it are together about what the push is worth."""
    onto, beyond = half_point(NFL, -3.5, 0.5), half_point(NFL, -3, 0.5)
    assert onto is not None
    assert beyond is not None
    assert onto + beyond == pytest.approx(0.09, abs=0.015)


@given(st.sampled_from(sorted(DEVIATIONS)), HALVES, st.floats(0.2, 0.8))
def test_half_a_point_more_is_always_worth_something(
    sport: str, point: float, probability: float
) -> None:
    worth = half_point(sport, point, probability)
    assert worth is not None
    assert 0 < worth < 0.08


@given(st.sampled_from(sorted(DEVIATIONS)), st.integers(0, 20))
def test_the_worth_is_the_same_for_both_sides_of_a_whole_point(sport: str, point: int) -> None:
    assert half_point(sport, point, 0.5) == pytest.approx(half_point(sport, -point, 0.5), abs=1e-4)


def test_three_is_the_key_of_football_and_of_no_other_game() -> None:
    football = {point: half_point(NFL, -point, 0.5) or 0 for point in (3, 4, 5, 7)}
    basketball = {point: half_point(NBA, -point, 0.5) or 0 for point in (3, 4, 5, 7)}
    assert max(football, key=lambda point: football[point]) == 3
    assert football[7] > football[5]
    assert max(basketball.values()) == pytest.approx(min(basketball.values()), abs=1e-4)


@given(st.sampled_from(sorted(DEVIATIONS)), st.floats(-1e6, 1e6), st.floats(1e-9, 1 - 1e-9))
def test_points_however_mad_have_a_value(sport: str, point: float, probability: float) -> None:
    worth = half_point(sport, point, probability)
    assert worth is not None
    assert 0 <= worth < 1


def test_what_nobody_published_has_no_value() -> None:
    assert half_point("baseball_mlb", 1.5, 0.5) is None
    assert half_point(NFL, 3, 0) is None
    assert half_point(NFL, 3, 1) is None
