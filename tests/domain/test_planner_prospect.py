"""How much of the evenings is live, by when polls are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.planner.prospect import BEFORE, PLAYS, share_live
from linefinder.domain.planner.rates import HOUR

NOW = 1_784_000_000.0
END = NOW + 24 * HOUR
TIMES = st.lists(st.floats(NOW - HOUR, END), max_size=30)


def test_polls_as_often_as_the_limits_are_always_live() -> None:
    polls = np.arange(NOW, END, 85.0)
    assert share_live([(list(polls), [NOW + 9 * HOUR])], NOW, END) == 1


def test_without_polls_nothing_is_live_and_without_games_nothing_can_be() -> None:
    assert share_live([([], [NOW + 9 * HOUR])], NOW, END) == 0
    assert share_live([([NOW], [])], NOW, END) is None
    assert share_live([([NOW], [NOW + 40 * HOUR])], NOW, END) is None


def test_one_poll_is_live_for_as_long_as_its_limit() -> None:
    start = NOW + 9 * HOUR
    share = share_live([([start - 2 * HOUR], [start])], NOW, END)
    assert share == pytest.approx(7 * 60 / (BEFORE + PLAYS), abs=0.003)


@given(TIMES, TIMES)
def test_another_poll_never_makes_less_live(polls: list[float], starts: list[float]) -> None:
    fewer = share_live([(polls[1:], starts)], NOW, END)
    more = share_live([(polls, starts)], NOW, END)
    assert (fewer is None) == (more is None)
    assert fewer is None or more is None or 0 <= fewer <= more <= 1
