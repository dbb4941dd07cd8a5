"""The rule between two plans: is a poll worth its price already, for what was not known to the plan?

Leave a sport alone for T, and the cost of it grows at a rate D(T) and adds up to C(T). Polled again and
again at intervals of T that pay mu for each poll, it costs (C + mu) / T, least where T D - C = mu. So
T D - C is what a poll is worth now (for delays w L T^2 / 2, the integral of w L(u) (t - u); an index as
Whittle's, which Azar et al. 2018 and Kolobov et al. 2019 use for crawlers).
"""

from __future__ import annotations

import numpy as np

from linefinder.domain.planner.gaps import wrong
from linefinder.domain.planner.outlook import expect
from linefinder.domain.planner.rates import Rates
from linefinder.domain.planner.watch import Watch

MOMENTS = 24
MARGIN = 1.1
"""A poll that was not planned must be worth so much more than its price: cadence shall not flutter."""


def worth(watch: Watch, rates: Rates, now: float, fresh: float) -> float:
    """What a poll of a sport is worth at `now`, in line-seconds a viewer; `fresh`: see Plan."""
    since = now - watch.polled_at
    fixtures = watch.fixtures(now, now)
    if since <= 0 or not fixtures:
        return 0.0
    times = np.linspace(watch.polled_at, now, MOMENTS)
    rate = np.maximum(wrong(expect(fixtures, times, rates), fresh)[0], 0.0)
    return max(0.0, float(since * rate[-1] - np.trapezoid(rate, times)))


def is_due(worth: float, viewers: tuple[float, float], price: float) -> bool:
    """Whether a poll has become worth its price by a change of the viewers' weight, from what the plan
    was made with to what it is: where the plan knew all, it looked further than this rule can."""
    then, now = viewers
    bar = MARGIN * price
    return price > 0 and worth * then < bar <= worth * now
