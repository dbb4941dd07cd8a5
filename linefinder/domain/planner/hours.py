"""How a sport goes by the hour of the day: when books sleep, lines hardly move and few are posted.

A profile is a factor for each BIN of a day (UTC) by which rates are multiplied; 1 is the usual.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
DAY = 24 * 3600.0
BINS = 12
BIN = DAY / BINS
EVEN = np.ones(BINS)
EACH = np.eye(BINS)
_EDGES = np.linspace(0.0, DAY, BINS + 1)


def passed(profile: Floats, times: Floats) -> Floats:
    """The seconds from 1970 until each of `times`, each second counted as the profile says."""
    through = np.concatenate(([0.0], np.cumsum(profile) * BIN))
    days, into = np.divmod(times, DAY)
    seconds: Floats = days * through[-1] + np.interp(into, _EDGES, through)
    return seconds


def factors(profile: Floats, times: Floats) -> Floats:
    """The mean factor from each of `times` to the next."""
    steps = np.maximum(np.diff(times), 1e-6)
    found: Floats = np.diff(passed(profile, times)) / steps
    return found


def bin_of(at: float) -> int:
    """The number of the bin in which a moment lies."""
    return int(at % DAY // BIN)
