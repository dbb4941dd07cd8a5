"""Consensus: the weighted mean, and a book is never its own judge."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linefinder.domain.consensus import (
    consensus,
    consensus_of_others,
    fair_lines,
    judged_lines,
)
from linefinder.domain.fair import METHODS, fair
from linefinder.domain.offers import Terms, offers_of

BOOKS = ["dk", "fd", "mgm", "czr"]
CHANCE = st.floats(0.01, 0.99)
OPINIONS = st.dictionaries(st.sampled_from(BOOKS), CHANCE.map(lambda p: (p, 1 - p)), min_size=1)
WEIGHTS = st.dictionaries(st.sampled_from(BOOKS), st.sampled_from([0, 0.5, 1, 3, 100]))


@given(OPINIONS, WEIGHTS)
def test_a_consensus_adds_up_to_one_and_lies_among_the_opinions(
    opinions: dict[str, tuple[float, ...]], weights: dict[str, float]
) -> None:
    found = consensus(opinions, weights)
    heard = [own[0] for book, own in opinions.items() if weights.get(book, 1) > 0]
    assert (found is None) == (not heard)
    if found:
        assert math.fsum(found) == pytest.approx(1)
        assert min(heard) - 1e-12 <= found[0] <= max(heard) + 1e-12


@given(OPINIONS, WEIGHTS, st.sampled_from([0.25, 2, 7]))
def test_only_the_proportion_of_weights_counts(
    opinions: dict[str, tuple[float, ...]], weights: dict[str, float], factor: float
) -> None:
    full = {book: weights.get(book, 1) for book in opinions}
    scaled = {book: weight * factor for book, weight in full.items()}
    assert consensus(opinions, scaled) == (
        pytest.approx(consensus(opinions, full)) if any(full.values()) else None
    )


@given(OPINIONS, WEIGHTS)
def test_a_book_is_judged_as_if_it_were_not_there(
    opinions: dict[str, tuple[float, ...]], weights: dict[str, float]
) -> None:
    others = consensus_of_others(opinions, weights)
    assert others.keys() == opinions.keys()
    for book, found in others.items():
        rest = {name: own for name, own in opinions.items() if name != book}
        expected = consensus(rest, weights) if rest else None
        assert found == (pytest.approx(expected, abs=1e-9) if expected else None)


@given(OPINIONS, CHANCE)
def test_what_a_book_says_does_not_move_its_judges(
    opinions: dict[str, tuple[float, ...]], said: float
) -> None:
    assume("dk" in opinions and len(opinions) > 1)
    moved = {**opinions, "dk": (said, 1 - said)}
    before, after = consensus_of_others(opinions, {})["dk"], consensus_of_others(moved, {})["dk"]
    assert before == pytest.approx(after)


@pytest.mark.parametrize("weight", [-1, math.nan, math.inf])
def test_an_impossible_weight_is_refused(weight: float) -> None:
    with pytest.raises(ValueError, match="weights are numbers from 0 up"):
        consensus({"dk": (0.5, 0.5)}, {"dk": weight})


EVEN = {"A": (-110, None), "B": (-110, None)}
GENEROUS = {"A": (110, None), "B": (-130, None)}


def test_a_generous_price_shows_as_value_against_the_others() -> None:
    lines = {"dk": {"h2h": EVEN}, "fd": {"h2h": EVEN}, "mgm": {"h2h": GENEROUS}}
    judged = judged_lines(offers_of(lines, Terms("american")), Terms("american"))
    line = judged["mgm"]["h2h"]["A"]
    assert line.others == pytest.approx(0.5)
    assert line.price == 100
    assert line.edge == pytest.approx(0.5 * 2.1 - 1)
    assert line.own < 0.5
    assert judged["dk"]["h2h"]["A"].edge == pytest.approx(
        (0.5 + fair((2.1, 1 + 100 / 130))[0]) / 2 * (1 + 100 / 110) - 1
    )


def test_books_agree_only_at_the_same_points() -> None:
    lines = {
        "dk": {"spreads": {"A": (-110, -6.5), "B": (-110, 6.5)}},
        "fd": {"spreads": {"A": (-120, -6.5), "B": (100, 6.5)}},
        "mgm": {"spreads": {"A": (-110, -7), "B": (-110, 7)}},
    }
    terms = Terms("american")
    offers = offers_of(lines, terms)
    line = fair_lines(offers, terms)["spreads"]["A"]
    assert (line.point, line.books) == (-6.5, 2)
    assert 0.5 < line.probability < fair((1 + 100 / 120, 2.0))[0]
    alone = judged_lines(offers, terms)["mgm"]["spreads"]["A"]
    assert alone.own == pytest.approx(0.5)
    assert alone[1:] == (None, None, None)


def test_a_faulty_book_has_no_say() -> None:
    lines = {"dk": {"h2h": EVEN}, "odd": {"h2h": {"A": (900, None), "B": (900, None)}}}
    terms = Terms("american")
    offers = offers_of(lines, terms)
    assert fair_lines(offers, terms)["h2h"]["A"].books == 1
    assert list(judged_lines(offers, terms)) == ["dk"]


def test_where_only_books_of_weight_0_offer_nothing_is_fair() -> None:
    terms = Terms("american", weights={"dk": 0})
    assert fair_lines(offers_of({"dk": {"h2h": EVEN}}, terms), terms) == {}


@pytest.mark.parametrize("method", METHODS)
def test_three_outcomes_have_a_consensus_by_every_method(method: str) -> None:
    three = {"A": (1.8, None), "B": (4.5, None), "Draw": (3.6, None)}
    terms = Terms("decimal", method=method)
    lines = fair_lines(offers_of({"dk": {"h2h": three}, "fd": {"h2h": three}}, terms), terms)["h2h"]
    total = sum(line.probability for line in lines.values())
    assert total == pytest.approx(1) if method != "worst" else total < 1
    assert all(line.price > three[name][0] for name, line in lines.items())
