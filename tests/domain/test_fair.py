"""Fair probabilities: published examples, and the laws that every method obeys."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linefinder.domain.fair import METHODS, fair, fair_price
from linefinder.domain.price import to_decimal

EXACT = [method for method in METHODS if method != "worst"]
"""The methods whose probabilities add up to 1."""
MODELS = ["additive", "power", "shin"]
"""The methods by which longshots bear more of the margin."""

CHANCES = st.lists(st.floats(0.02, 1), min_size=2, max_size=6)


@st.composite
def markets(draw: st.DrawFn, least: float = 1.0, most: float = 1.15) -> tuple[float, ...]:
    """The decimal prices of a market whose implied probabilities add up to `least` to `most`."""
    weights, total = draw(CHANCES), draw(st.floats(least, most))
    implied = [weight / sum(weights) * total for weight in weights]
    assume(all(0.001 < r < 0.999 for r in implied))
    return tuple(1 / r for r in implied)


PUBLISHED = {
    # J. C. Lindstrom, R package implied (CRAN), README: three football matches
    "implied, basic 1": ((4.20, 3.70, 1.95), "multiplicative", (0.233156, 0.264663, 0.502181)),
    "implied, basic 3": ((2.05, 3.20, 3.80), "multiplicative", (0.458695, 0.293851, 0.247454)),
    "implied, power 1": ((4.20, 3.70, 1.95), "power", (0.2311414, 0.2630644, 0.5057942)),
    "implied, power 2": ((2.45, 3.70, 2.90), "power", (0.4003156, 0.2627189, 0.3369655)),
    "implied, power 3": ((2.05, 3.20, 3.80), "power", (0.4667139, 0.2908985, 0.2423876)),
    "implied, Shin 1": ((4.20, 3.70, 1.95), "shin", (0.2315716, 0.2635742, 0.5048542)),
    "implied, Shin 2": ((2.45, 3.70, 2.90), "shin", (0.4000221, 0.2629271, 0.3370508)),
    "implied, Shin 3": ((2.05, 3.20, 3.80), "shin", (0.4645882, 0.2919788, 0.2434331)),
    # its margin weights proportional to the odds (J. Buchdahl) are equal shares of the margin
    "implied, additive 1": ((4.20, 3.70, 1.95), "additive", (0.2310332, 0.2632083, 0.5057585)),
    "implied, additive 3": ((2.05, 3.20, 3.80), "additive", (0.4666506, 0.2913457, 0.2420036)),
    # M. Eastwood, Python package penaltyblog, documentation, Implied Odds
    "penaltyblog, basic": ((2.7, 2.3, 4.4), "multiplicative", (0.358738, 0.421127, 0.220135)),
    "penaltyblog, additive": ((2.7, 2.3, 4.4), "additive", (0.3595618, 0.42397404, 0.21646416)),
    "penaltyblog, power": ((2.7, 2.3, 4.4), "power", (0.3591711, 0.42373075, 0.21709815)),
    "penaltyblog, Shin": ((2.7, 2.3, 4.4), "shin", (0.35934392, 0.42324385, 0.21741223)),
    # M. Berk, Python package shin, README
    "shin, three outcomes": ((2.6, 2.4, 4.3), "shin", (0.37299406, 0.40477941, 0.22222653)),
    "shin, two outcomes": ((1.5, 2.74), "shin", (0.65085158, 0.34914842)),
}  # fmt: skip


@pytest.mark.parametrize(("prices", "method", "expected"), PUBLISHED.values(), ids=PUBLISHED)
def test_published_examples(
    prices: tuple[float, ...], method: str, expected: tuple[float, ...]
) -> None:
    # the R package stops its iterations at a difference of about 1e-5
    assert fair(prices, method) == pytest.approx(expected, abs=5e-6)


def test_minus_110_on_both_sides_is_even_by_every_method() -> None:
    for method in METHODS:
        assert fair((1 + 100 / 110,) * 2, method) == pytest.approx((0.5, 0.5))


@given(markets(least=0.9, most=1.6), st.sampled_from(EXACT))
def test_probabilities_add_up_to_one(prices: tuple[float, ...], method: str) -> None:
    found = fair(prices, method)
    assert math.fsum(found) == pytest.approx(1, abs=1e-12)
    assert all(0 < p < 1 for p in found)


@given(markets(), st.sampled_from(list(METHODS)), st.randoms())
def test_the_order_of_the_outcomes_means_nothing(
    prices: tuple[float, ...], method: str, chance: object
) -> None:
    for order in itertools.islice(itertools.permutations(range(len(prices))), 6):
        shuffled = fair(tuple(prices[n] for n in order), method)
        assert shuffled == pytest.approx([fair(prices, method)[n] for n in order], abs=1e-9)


@given(markets(), st.sampled_from(list(METHODS)))
def test_a_lower_price_never_means_a_lower_probability(
    prices: tuple[float, ...], method: str
) -> None:
    ranked = sorted(zip(prices, fair(prices, method), strict=True))
    assert all(a[1] >= b[1] - 1e-12 for a, b in itertools.pairwise(ranked))


@given(markets(least=1.01), st.sampled_from(MODELS))
def test_longshots_bear_more_of_the_margin_than_favourites(
    prices: tuple[float, ...], method: str
) -> None:
    """p x price falls from favourite to longshot; by `multiplicative` it is the same for all."""
    ranked = sorted(zip(prices, fair(prices, method), strict=True))
    values = [price * p for price, p in ranked]
    assert all(a >= b - 1e-9 for a, b in itertools.pairwise(values))
    plain = fair(prices, "multiplicative")
    assert [price * p for price, p in zip(prices, plain, strict=True)] == pytest.approx(
        [1 / sum(1 / price for price in prices)] * len(prices)
    )


@given(markets(least=1.0, most=1.0), st.sampled_from(list(METHODS)))
def test_fair_prices_stay_as_they_are(prices: tuple[float, ...], method: str) -> None:
    assert fair(prices, method) == pytest.approx([1 / price for price in prices], abs=1e-9)


@given(markets(), st.floats(0.95, 1.05))
def test_multiplicative_does_not_see_the_scale(prices: tuple[float, ...], factor: float) -> None:
    scaled = tuple(price * factor for price in prices)
    assume(min(scaled) > 1)
    assert fair(scaled, "multiplicative") == pytest.approx(fair(prices, "multiplicative"))


@given(markets(least=1.001), st.floats(1.0, 1.1))
def test_power_does_not_see_a_power(prices: tuple[float, ...], exponent: float) -> None:
    raised = tuple(price**exponent for price in prices)
    assert fair(raised, "power") == pytest.approx(fair(prices, "power"), abs=1e-9)


@given(st.floats(0.05, 0.95), st.floats(0, 0.1))
def test_shin_is_additive_for_two(probability: float, margin: float) -> None:
    """Clarke, Kovalchik and Ingram (2017): the two are the same, and give the odd margin back."""
    implied = probability + margin / 2, 1 - probability + margin / 2
    assume(max(implied) < 1)
    for method in ("shin", "additive"):
        found = fair((1 / implied[0], 1 / implied[1]), method)
        assert found == pytest.approx((probability, 1 - probability), abs=1e-9)


@given(markets(least=1.001, most=1.3))
def test_shin_solves_his_own_equation(prices: tuple[float, ...]) -> None:
    """Shin (1993), equation 5: r = sqrt(z p + (1 - z) p^2) x the sum of these roots, for one z."""
    found = fair(prices, "shin")
    implied = [1 / price for price in prices]
    total = math.fsum(implied)
    insiders = [(r * r / total - p * p) / (p - p * p) for r, p in zip(implied, found, strict=True)]
    assert insiders == pytest.approx([insiders[0]] * len(insiders), abs=1e-6)
    assert -1e-9 <= insiders[0] < 1


@given(markets(least=0.9, most=1.0))
def test_without_a_margin_shin_finds_no_insiders(prices: tuple[float, ...]) -> None:
    assert fair(prices, "shin") == pytest.approx(fair(prices, "multiplicative"), abs=1e-9)


@given(markets(least=0.9, most=1.6))
def test_the_worst_is_the_least_of_all(prices: tuple[float, ...]) -> None:
    columns = zip(*(fair(prices, method) for method in EXACT), strict=True)
    assert fair(prices, "worst") == tuple(min(column) for column in columns)


def test_additive_never_leaves_a_longshot_nothing() -> None:
    """Where equal shares would, power answers. (The example is of the R package implied.)"""
    prices = tuple(1 / r for r in (0.870, 0.2, 0.1, 0.05, 0.02, 0.01))
    assert fair(prices, "additive") == fair(prices, "power")
    assert min(fair(prices, "additive")) > 0


@given(st.lists(st.floats(1, 1e6, exclude_min=True), min_size=2, max_size=5).map(tuple))
def test_prices_however_mad_have_an_answer(prices: tuple[float, ...]) -> None:
    for method in METHODS:
        found = fair(prices, method)
        assert all(0 <= p <= 1 for p in found)
        assert method == "worst" or math.fsum(found) == pytest.approx(1)
        for p in found:
            assert 1 < to_decimal(fair_price(p, "american"), "american") <= 1e4
            assert 1 < fair_price(p, "decimal") <= 1e4


@pytest.mark.parametrize("prices", [(), (2.0,), (2.0, 1.0), (2.0, math.nan), (2.0, math.inf)])
def test_no_market_no_answer(prices: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="two or more decimal prices"):
        fair(prices)


def test_an_unknown_method_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"'guess'.*multiplicative.*shin"):
        fair((2.0, 2.0), "guess")


@pytest.mark.parametrize(
    ("probability", "american", "decimal"),
    [(0.5, 100, 2.0), (0.6, -150, 1.667), (0.4, 150, 2.5), (1 / 3, 200, 3.0), (0, 499_900, 5000)],
)
def test_a_probability_has_a_fair_price(
    probability: float, american: float, decimal: float
) -> None:
    assert fair_price(probability, "american") == american
    assert fair_price(probability, "decimal") == decimal


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_has_no_price(probability: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        fair_price(probability, "decimal")
