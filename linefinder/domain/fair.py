"""Fair probabilities: what the prices of a market say once the bookmaker's margin is taken out.

Every method takes the implied probabilities r = 1 / decimal price of all outcomes of a market, each
between 0 and 1, and gives probabilities in the same order that keep the order of r and add up to 1
(those of `worst` to at most 1). They differ in who bears the margin: by `multiplicative` everybody in
proportion; by the others longshots more than favourites, as has been found (favourite-longshot bias).

Sources:
  S93  H. S. Shin, Measuring the Incidence of Insider Trading in a Market for State-Contingent
       Claims. Economic Journal 103 (1993) 1141-1153.
  JS94 B. Jullien, B. Salanie, Measuring the Incidence of Insider Trading: A Comment on Shin.
       Economic Journal 104 (1994) 1418-1419.
  S14  E. Strumbelj, On determining probability forecasts from betting odds. International Journal
       of Forecasting 30 (2014) 934-943.
  VZ09 V. Vovk, F. Zhdanov, Prediction with Expert Advice for the Brier Game. Journal of Machine
       Learning Research 10 (2009) 2445-2471.
  C17  S. Clarke, S. Kovalchik, M. Ingram, Adjusting Bookmaker's Odds to Allow for Overround.
       American Journal of Sports Science 5 (2017) 45-49.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache

from linefinder.domain.price import to_american

Probabilities = tuple[float, ...]

STEPS = 100
CLOSE = 1e-13
LONGEST = 5000


def multiplicative(implied: Probabilities) -> Probabilities:
    """r / sum(r): the margin in proportion ('normalization' in C17)."""
    total = sum(implied)
    return tuple(r / total for r in implied)


def additive(implied: Probabilities) -> Probabilities:
    """r less an equal share of the margin (C17). Where that would leave a longshot nothing the method
    has no answer (C17), and that of `power` is given."""
    share = (sum(implied) - 1) / len(implied)
    if min(implied) <= share:
        return power(implied)
    return tuple(r - share for r in implied)


def power(implied: Probabilities) -> Probabilities:
    """r ** k, with the one k at which they add up to 1 (VZ09, C17).

    Newton's method: sum(r ** k) is convex and falls with k, so that from the left it comes ever closer
    and never overshoots. 1 lies left of the root where there is a margin, 0 always does.
    """
    logs = [math.log(r) for r in implied]
    k = 1.0 if sum(implied) >= 1 else 0.0
    for _ in range(STEPS):
        terms = [math.exp(k * log) for log in logs]
        over = sum(terms) - 1
        if -CLOSE < over < CLOSE:
            break
        k -= over / sum([term * log for term, log in zip(terms, logs, strict=True)])
    return multiplicative(tuple(math.exp(k * log) for log in logs))


def shin(implied: Probabilities) -> Probabilities:
    """Shin's model: a share z of the stakes is of insiders, against whom longshots are shortened (S93).

    p = (sqrt(z^2 + 4 (1 - z) r^2 / B) - z) / (2 (1 - z)), B = sum(r), with the z at which they add up
    to 1 (JS94, S14). With two outcomes that is `additive` (C17). Without a margin no insiders can be
    inferred: z is 0, and this is `multiplicative`.
    """
    total = sum(implied)
    shares = [4 * r * r / total for r in implied]
    z = _insiders(shares)
    spread = [math.sqrt(z * z + (1 - z) * share) - z for share in shares]
    return multiplicative(tuple(spread))


def _insiders(shares: Sequence[float]) -> float:
    """Shin's z in [0, 1): the root of sum(sqrt(z^2 + (1 - z) share)) = 2 + (n - 2) z.

    The difference of the sides is convex, positive at 0, and 0 at 1 from below: Newton's method from 0
    reaches the root between from the left, where the fixed point of JS94 takes hundreds of rounds.
    """
    z, others = 0.0, len(shares) - 2
    for _ in range(STEPS):
        roots = [math.sqrt(z * z + (1 - z) * share) for share in shares]
        over = sum(roots) - 2 - others * z
        if over < CLOSE:
            break
        slopes = [(z - share / 2) / root for share, root in zip(shares, roots, strict=True)]
        z -= over / (sum(slopes) - others)
    return z


def worst(implied: Probabilities) -> Probabilities:
    """The least that any of the methods gives each outcome: what a careful bettor counts with."""
    found = [method(implied) for method in (multiplicative, additive, power, shin)]
    return tuple(min(column) for column in zip(*found, strict=True))


METHODS: dict[str, Callable[[Probabilities], Probabilities]] = {
    "multiplicative": multiplicative,
    "additive": additive,
    "power": power,
    "shin": shin,
    "worst": worst,
}


@lru_cache(maxsize=16_384)
def fair(prices: tuple[float, ...], method: str = "power") -> Probabilities:
    """The fair probabilities of a market by one of METHODS, from the decimal prices of its outcomes.

    ValueError: fewer than two prices, one that is not above 1, or an unknown method. Kept for the
    prices last asked for: many books of a board say -110 on both sides.
    """
    if method not in METHODS:
        raise ValueError(f"no method {method!r}; there are {', '.join(METHODS)}")
    if len(prices) < 2 or not all(1 < price < math.inf for price in prices):
        raise ValueError(f"a market needs two or more decimal prices above 1, not {prices}")
    return METHODS[method](tuple(1 / price for price in prices))


def fair_price(probability: float, odds_format: str) -> float:
    """The price at which a bet of this probability gains and loses nothing: decimal to three places, or
    American, whole. Beyond one in LONGEST either way it is the price of that, which every board can
    hold. ValueError for what is no probability."""
    if not 0 <= probability <= 1:
        raise ValueError(f"a probability lies between 0 and 1, not at {probability}")
    price = 1 / min(max(probability, 1 / LONGEST), 1 - 1 / LONGEST)
    if odds_format == "american":
        return to_american(price, "decimal")
    return max(1.001, round(price, 3))
