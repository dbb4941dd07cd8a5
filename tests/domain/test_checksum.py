"""The checksum: the same for everyone who follows protocol.md, however they got there."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linefinder.domain.checksum import checksum, checksum_of, texts_after, texts_of, thousandths
from linefinder.domain.delta import diff
from tests.domain.boards import BOARDS, CHAINS, Events
from tests.support.judge import checksum_of as naive

LINE = {"draftkings": {"h2h": {"Over": (-110, None), "Under": (2.5, -0.0)}}}
BROKEN_NAME = {"starts_at": "", "lines": {"b": {"h2h": {"x\n|": (1, None)}}}}


@given(BOARDS)
@example({"a": {"lines": LINE}, "a|b": {"lines": LINE}, "a|": {"lines": LINE}})
@example({"a|b": BROKEN_NAME, "a": BROKEN_NAME})
@example({"￮": {"lines": LINE}, "\U0001f3c0": {"lines": LINE}})
def test_it_is_what_the_protocol_says(events: Events) -> None:
    assert checksum(events) == naive(events)


@given(BOARDS, st.randoms(use_true_random=False))
def test_it_does_not_depend_on_any_order(events: Events, dice: random.Random) -> None:
    def shuffled(value: object) -> object:
        if not isinstance(value, dict):
            return value
        keys = list(value)
        dice.shuffle(keys)
        return {key: shuffled(value[key]) for key in keys}

    assert checksum(shuffled(events)) == checksum(events)  # type: ignore[arg-type]


@given(CHAINS)
def test_it_can_be_kept_up_from_version_to_version(chain: list[Events]) -> None:
    texts = texts_of(chain[0])
    for old, new in pairwise(chain):
        texts = texts_after(texts, new, diff(old, new))
    assert texts == texts_of(chain[-1])
    assert checksum_of(texts) == naive(chain[-1])


@given(BOARDS)
def test_numbers_count_by_value(events: Events) -> None:
    def other(number: float | None) -> float | None:
        return None if number is None else float(number) + 0.0

    rewritten = {
        event: {
            **parts,
            "lines": {
                book: {
                    market: {name: (other(p), other(q)) for name, (p, q) in outcomes.items()}
                    for market, outcomes in markets.items()
                }
                for book, markets in parts["lines"].items()
            },
        }
        for event, parts in events.items()
    }
    assert rewritten == events
    assert checksum(rewritten) == checksum(events)


def test_the_empty_board_has_checksum_zero() -> None:
    assert checksum({}) == 0
    assert checksum({"a": {"starts_at": "", "lines": {}}}) == 0


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (-0.0, "0"), (-0.0004, "0"), (25, "25000"), (2.0005, "2001"), (-6.5, "-6500")],
)
def test_numbers_are_written_in_thousandths(number: float, text: str) -> None:
    assert str(thousandths(number)) == text


@given(st.floats(-1e6, 1e6))
def test_thousandths_are_whole_and_near(number: float) -> None:
    assert isinstance(thousandths(number), int)
    assert abs(thousandths(number) - 1000 * number) <= 0.5 + 1e-6
