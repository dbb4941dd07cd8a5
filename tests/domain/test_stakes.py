"""Stakes: published examples, the fixture that the browser is held to as well, and laws."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.stakes import kelly, kelly_stake, split, step_of
from tests.support.recordings import ROOT

FIXTURE: dict[str, Any] = json.loads((ROOT / "tests/fixtures/stakes.json").read_text())
PRICES = st.lists(st.floats(1.05, 20), min_size=2, max_size=3)


@pytest.mark.parametrize("case", FIXTURE["split"])
def test_the_splits_of_the_fixture(case: dict[str, Any]) -> None:
    found = split(case["total"], case["prices"])
    assert list(found.stakes) == case["stakes"]
    assert found.least == pytest.approx(case["least"], abs=1e-6)


@pytest.mark.parametrize("case", FIXTURE["kelly"])
def test_the_kelly_stakes_of_the_fixture(case: dict[str, Any]) -> None:
    share = kelly(case["probability"], case["price"])
    assert share == pytest.approx(case["share"], abs=1e-6)
    stake = kelly_stake(case["bank"], case["part"], case["probability"], case["price"])
    assert stake == case["stake"]


def test_kellys_own_example() -> None:
    """Even money at 0.55: a tenth of the bankroll, 2 p - 1 (Kelly 1956)."""
    assert kelly(0.55, 2.0) == pytest.approx(0.1)
    assert kelly(0.5, 2.0) == kelly(0.4, 2.0) == 0


@given(st.floats(10, 50_000), PRICES)
def test_rounded_stakes_are_near_the_exact_ones_and_said_truly(
    total: float, prices: list[float]
) -> None:
    stakes, least = split(total, prices)
    whole = sum(1 / price for price in prices)
    for stake, price in zip(stakes, prices, strict=True):
        ideal = total / price / whole
        assert stake > 0
        assert stake % step_of(ideal) == 0
        assert abs(stake - ideal) <= step_of(ideal)
    outcomes = [stake * price - sum(stakes) for stake, price in zip(stakes, prices, strict=True)]
    assert min(outcomes) == pytest.approx(least)


@pytest.mark.parametrize("total", [0, -1, float("inf"), float("nan")])
def test_a_total_is_above_nothing(total: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        split(total, [2.0, 2.1])
