"""What is found on boards: the fixtures that the browser is held to as well, and laws."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import pytest

from linefinder.domain.consensus import judged_lines
from linefinder.domain.edges import edges_of
from linefinder.domain.finder import NOTABLE, by_edge, finds_of, finds_on
from linefinder.domain.odds import starts_at
from linefinder.domain.offers import Terms, bettable, offers_of
from linefinder.provider.normalise import normalise
from linefinder.wire import encode
from tests.support.finder import CASES, board_of, differences, found_in
from tests.support.recordings import Recordings

MILLIONTH = 1e-6
NOW = datetime(2026, 11, 23, 21, tzinfo=UTC)
MINE = Terms(
    "american", mine=frozenset({"draftkings", "fanduel", "betmgm"}), commission={"fanduel": 0.02}
)


@pytest.mark.parametrize("name", CASES)
def test_the_fixtures_are_found(name: str) -> None:
    assert differences(found_in(CASES[name]), CASES[name]["finds"], MILLIONTH) == []


def recorded(recordings: Recordings, count: int) -> list[Any]:
    """Events of recorded boards, none of which has started."""
    found = []
    for poll in islice(recordings.polls("mlb-2026-07"), 0, count * 30, 30):
        for event in normalise(encode(poll.odds)).events.values():
            later = starts_at(event) + timedelta(days=900)
            found.append(event | {"starts_at": later.strftime("%Y-%m-%dT%H:%M:%SZ")})
    return found


@pytest.mark.slow
@pytest.mark.parametrize("terms", [Terms("american"), MINE], ids=["all books", "mine"])
def test_its_edges_are_those_of_edges_and_its_values_those_of_the_consensus(
    recordings: Recordings, terms: Terms
) -> None:
    seen = 0
    for event in recorded(recordings, 8):
        finds = finds_of("wnba", "e", event, {}, terms)
        offers = offers_of(event["lines"], terms)
        edges = [f for f in finds if f.kind in ("arbitrage", "middle", "low_hold")]
        expected = edges_of(event, bettable(offers, terms), {}, NOW)
        assert sorted(f.edge for f in edges) == sorted(edge.profit for edge in expected)
        judged = judged_lines(offers, replace(terms, commission={}))
        values = {
            (f.market, f.bets[0].bookmaker, f.bets[0].outcome): f for f in finds if f.probability
        }
        for book, markets in judged.items():
            for market, outcomes in markets.items():
                for outcome, line in outcomes.items():
                    found = values.get((market, book, outcome))
                    if found is not None:
                        assert line.others is not None
                        assert line.others == pytest.approx(found.probability)
                        price = terms.decimal(book, event["lines"][book][market][outcome][0])
                        assert found.edge == pytest.approx(line.others * price - 1)
                        assert terms.takes(book)
                        seen += 1
                    elif (
                        line.edge is not None and terms.takes(book) and book not in terms.commission
                    ):
                        assert line.edge < NOTABLE
    assert seen > 20


def test_the_order_of_books_and_events_changes_nothing(recordings: Recordings) -> None:
    chance = random.Random(4)
    events = {str(n): event for n, event in enumerate(recorded(recordings, 2))}

    def shuffled(mapping: dict[str, Any]) -> dict[str, Any]:
        keys = list(mapping)
        chance.shuffle(keys)
        return {key: mapping[key] for key in keys}

    def told(board: dict[str, Any]) -> list[Any]:
        finds = finds_on(board_of(board, "wnba", "american"), {}, Terms("american"))
        return [(f.kind, f.event, f.market, round(f.edge, 9), f.bets) for f in by_edge(finds)]

    mixed = {
        key: event
        | {"lines": {book: shuffled(event["lines"][book]) for book in shuffled(event["lines"])}}
        for key, event in shuffled(events).items()
    }
    one, other = told(events), told(mixed)
    assert [row[:4] for row in one] == [row[:4] for row in other]
    for first, second in zip(one, other, strict=True):
        assert [bet.bookmaker for bet in first[4]] == [bet.bookmaker for bet in second[4]]
    assert len(one) > 20


def test_bets_are_made_at_ones_own_books_alone() -> None:
    finds = found_in(CASES["mine"])
    assert {bet["bookmaker"] for found in finds for bet in found["bets"]} <= {"dk", "mgm"}


def test_a_book_that_lags_gives_nothing_but_what_stands_apart() -> None:
    finds = found_in(CASES["lagging"])
    assert [(found["kind"], "lag" in found["doubts"]) for found in finds] == [("outlier", True)]
