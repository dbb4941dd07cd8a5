"""The browser finds what Python finds: the fixtures, and two recordings replayed together by diffs."""

from __future__ import annotations

import heapq
import json
from collections.abc import Iterator
from datetime import UTC, timedelta
from itertools import islice
from typing import Any
from urllib.parse import parse_qsl

import pytest
from werkzeug.datastructures import MultiDict

from linefinder.domain.checksum import texts_of
from linefinder.domain.finder import Bet, Find, by_edge, finds_on, seen_at
from linefinder.domain.odds import Board, iso_ms, parse_time
from linefinder.domain.stream import advance
from linefinder.provider.normalise import normalise
from linefinder.web.shown.filters import Filters, filters_of
from linefinder.web.shown.finding import Manner, row_of
from linefinder.web.shown.words import for_scripts
from linefinder.wire import encode
from tests.browser.modules import Run
from tests.support.finder import CASES, board_of, differences, found_on, plain, terms_of
from tests.support.recordings import ROOT, Poll, Recordings

RECORDINGS = ("mlb-2026-07", "wnba-2026-07")
MILLIONTH = 1e-6
TERMS: dict[str, Any] = {
    "method": "power",
    "weights": {"pinnacle": 2},
    "commission": {},
    "mine": [],
}
FIND = """const finder = new m.Finder(given.terms);
  const events = m.eventsOf(given.board.events);
  finder.update({ ...given.board, events }, { ages: given.ages, data_at: given.data_at });
  return finder.seen(Date.parse(given.now))"""
REPLAY = """const boards = (window.boards ??= new Map());
  const finder = (window.finder ??= new m.Finder(given.terms));
  return given.steps.map(({ sport, patch, ages, now }) => {
    boards.set(sport, m.apply(boards.get(sport) ?? m.eventsOf({}), patch));
    const board = { sport, events: boards.get(sport), odds_format: "american" };
    finder.update(board, { ages, data_at: now });
    return finder.seen(Date.parse(now) + 7000);
  })"""


@pytest.mark.parametrize("name", CASES)
def test_the_browser_finds_the_fixtures(run: Run, name: str) -> None:
    told = run(["domain/board", "finder/finder"], FIND, CASES[name])
    assert differences(told, CASES[name]["finds"], MILLIONTH) == []


def steps(recordings: Recordings, count: int | None) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    """(what a browser is told, what Python finds by brute force) for each version of both boards."""
    polls: Iterator[Poll] = heapq.merge(
        *(recordings.polls(name) for name in RECORDINGS), key=lambda poll: poll.at
    )
    boards: dict[str, Any] = {}
    held: dict[str, tuple[Board, Any]] = {}
    for poll in islice(polls, count):
        odds = normalise(encode(poll.odds))
        board, texts = held.get(poll.sport) or (board_of({}, poll.sport, "american"), texts_of({}))
        board, texts, delta = advance(board, texts, odds, poll.at)
        held[poll.sport] = board, texts
        ages = {
            book: max(0, round((poll.at - at).total_seconds()))
            for book, at in odds.confirmed.items()
        }
        boards[poll.sport] = board, ages, terms_of(TERMS, "american", ages), poll.at
        now = iso_ms(poll.at)
        told = {
            "sport": poll.sport,
            "patch": delta.patch if delta else {},
            "ages": ages,
            "now": now,
        }
        yield told, found_on(boards.values(), iso_ms(poll.at + timedelta(seconds=7)))


@pytest.mark.parametrize(
    "count",
    [pytest.param(80, marks=pytest.mark.slow), pytest.param(None, marks=pytest.mark.long)],
    ids=["a day", "whole"],
)
def test_two_recordings_replayed_together_are_found_alike_at_every_version(
    run: Run, recordings: Recordings, count: int | None
) -> None:
    whole = steps(recordings, count)
    versions = finds = 0
    kinds = set()
    while batch := list(islice(whole, 20)):
        given = {"terms": TERMS, "steps": [told for told, _ in batch]}
        for mine, (_, expected) in zip(
            run(["domain/board", "finder/finder"], REPLAY, given), batch, strict=True
        ):
            assert differences(mine, expected) == []
            versions += 1
            finds += len(expected)
            kinds |= {found["kind"] for found in expected}
    assert versions >= 80
    assert finds > 500
    assert {"value", "arbitrage", "low_hold", "outlier"} <= kinds


@pytest.mark.parametrize("name", CASES)
def test_finds_read_the_same_with_stakes(run: Run, name: str) -> None:
    case = CASES[name]
    told = case["board"]
    board = board_of(told["events"], told["sport"], told["odds_format"])
    terms = terms_of(case["terms"], board.odds_format, case["ages"])
    at = parse_time(case["data_at"]), parse_time(case["now"])
    found = by_edge(seen_at(finds_on(board, case["ages"], terms), board, *at))
    manner = Manner({}, "decimal", UTC, Filters(total=500, bank=1000))
    rows = [row_of(one, board, manner) for one in found]
    body = """const filters = { total: 500, bank: 1000, kelly: 0.25 };
      const words = given.words;
      return given.finds.map((find) => m.rowOf(find, given.board,
        { odds: "decimal", words, title: find.sport, filters }))"""
    given = {
        "finds": [plain(one) for one in found],
        "board": {**told, "bookmakers": {}},
        "words": for_scripts(),
    }
    shown = run(["finder/rows"], body, given)
    texts = [
        (row["note"], [[bet["pick"], bet["price"], bet["share"]] for bet in row["bets"]])
        for row in shown
    ]
    for row, one in zip(shown, found, strict=True):
        lines = [bet["line"] and bet["line"]["bookmaker"] for bet in row["bets"]]
        assert lines == [None if bet.lay else bet.bookmaker for bet in one.bets]
    assert texts == [
        (row.note, [[bet.pick, bet.price, bet.share] for bet in row.bets]) for row in rows
    ]


ASKED = [
    "", "kelly=0.25", "kelly=0.5&bank=1", "kind=value&kind=outlier", "sport=nba&line=h2h",
    "least=0&oldest=60&hours=3&play=1&sure=1&total=5&bank=9&kelly=1", "least=x&hours=4&kind=no",
]  # fmt: skip


@pytest.mark.parametrize("query", ASKED)
def test_the_browser_counts_the_filters_that_are_set_as_python_does(run: Run, query: str) -> None:
    body = "const set = m.filtersIn(given); return [m.countOf(set), m.areChosen(set)]"
    asked = filters_of(MultiDict(parse_qsl(query)))
    assert run(["finder/filters"], body, query) == [asked.number_set, asked.chosen]


def test_a_lay_says_what_an_exchange_asks_for_and_what_it_risks() -> None:
    bets = (Bet("A", "dk", 2.8, None, 0.4, 0, False), Bet("A", "x", 2.24, None, 0.6, 0, True))
    found = Find("back_lay", "s", "e", "h2h", 0.1, bets, (), None, 0, None, 0)
    events: Any = {"e": {"home": "A", "away": "B", "starts_at": "2026-11-24T00:10:00Z"}}
    row = row_of(found, board_of(events, "s", "decimal"), Manner({}, "", UTC, Filters(total=500)))
    assert [bet.share for bet in row.bets] == ["bet 200", "lay 241.94"]
    assert row.note.startswith("The lay risks 300. These stakes leave ")


def test_the_browser_stakes_as_python_does(run: Run) -> None:
    told = json.loads((ROOT / "tests/fixtures/stakes.json").read_text())
    body = """return [given.split.map(({ total, prices }) => m.split(total, prices)),
      given.kelly.map(({ bank, part, probability, price }) =>
        [m.kelly(probability, price), m.kellyStake(bank, part, probability, price)])]"""
    splits, kellies = run(["finder/stakes"], body, told)
    for found, case in zip(splits, told["split"], strict=True):
        assert found["stakes"] == case["stakes"]
        assert found["least"] == pytest.approx(case["least"], abs=MILLIONTH)
    for (share, stake), case in zip(kellies, told["kelly"], strict=True):
        assert (share, stake) == (pytest.approx(case["share"], abs=MILLIONTH), case["stake"])
