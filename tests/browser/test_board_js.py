"""The browser computes what the server computes: patches, checksums, best lines, rows and words."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.checksum import checksum
from linefinder.domain.compare import best_lines, lagging
from linefinder.domain.delta import apply, diff
from linefinder.domain.feed import Facts, judge
from linefinder.domain.odds import Board, iso
from linefinder.domain.price import to_american, to_decimal
from linefinder.web.shown import text, view, words
from linefinder.web.shown.cells import Shown
from linefinder.web.shown.rows import labels_of
from linefinder.wire import feed_dict
from tests.browser import chance
from tests.browser.modules import Run

FIXTURES = sorted((Path(__file__).resolve().parents[1] / "fixtures" / "wire").glob("*.json"))
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
FORMATS = ["american", "decimal", "fractional", "probability"]
NO_FEED = judge(Facts(data_at=NOW), [], NOW)


@pytest.fixture
def boards() -> list[dict[str, Any]]:
    dice = random.Random(20261124)
    return [chance.board(dice) for _ in range(300)]


def plain(value: Any) -> Any:
    """As JSON gives it back: lists for tuples."""
    return json.loads(json.dumps(value))


def test_the_browser_adds_up_the_same_checksum(run: Run, boards: list[dict[str, Any]]) -> None:
    summed = run(["domain/board"], "return given.map((raw) => m.checksum(m.eventsOf(raw)))", boards)
    assert summed == [checksum(events) for events in boards]


def test_the_browser_applies_a_patch_as_the_server_does(
    run: Run, boards: list[dict[str, Any]]
) -> None:
    steps = [[old, diff(old, new)] for old, new in pairwise(boards)]
    body = """return given.map(([old, patch]) => {
      const events = m.apply(m.eventsOf(old), patch);
      const steps = m.applied(m.eventsOf(old), patch);
      let step;
      do step = steps.next(); while (!step.done);
      return [events, step.value].map((found) => [Object.entries(found), m.checksum(found)]);
    })"""
    for (old, patch), found in zip(steps, run(["domain/board"], body, steps), strict=True):
        after = apply(old, patch)
        for entries, summed in found:
            assert dict(entries) == plain(after)
            assert summed == checksum(after)


def test_the_browser_finds_the_same_patch(run: Run, boards: list[dict[str, Any]]) -> None:
    steps = [[old, new] for old, new in pairwise([*boards, boards[-1]])]
    body = """return given.map(([old, fresh]) => {
      const patch = m.diff(m.eventsOf(old), m.eventsOf(fresh));
      return [JSON.stringify(patch), m.checksum(m.apply(m.eventsOf(old), patch))];
    })"""
    for (old, new), (patch, summed) in zip(steps, run(["domain/board"], body, steps), strict=True):
        assert json.loads(patch) == plain(diff(old, new))
        assert summed == checksum(new)


def test_a_patch_leaves_the_old_board_and_shares_what_it_does_not_touch(run: Run) -> None:
    old = {key: {"starts_at": "x", "lines": {}} for key in "ab"}
    body = """const old = m.eventsOf(given.old); const next = m.apply(old, given.patch);
      return [old.a.starts_at, next.a.starts_at, next.b === old.b]"""
    found = run(["domain/board"], body, {"old": old, "patch": {"a": {"starts_at": "y"}}})
    assert found == ["x", "y", True]


@pytest.mark.parametrize("odds_format", ["american", "decimal"])
def test_the_browser_finds_the_same_best_lines(
    run: Run, boards: list[dict[str, Any]], odds_format: str
) -> None:
    ages = {"draftkings": 180, "fanduel": 181, "Ω": 4000}
    body = """const out = m.lagging(given.ages);
      return given.asked.map(([raw, market, outcome]) =>
        m.bestBookmakers(m.eventsOf(raw), market, outcome, out, given.format).sort())"""
    asked, expected = [], []
    for events in boards[:120]:
        for event in events.values():
            best = best_lines(event["lines"], lagging(ages), odds_format)
            for market, outcomes in best.items():
                for outcome, books in outcomes.items():
                    asked.append([event["lines"], market, outcome])
                    expected.append(sorted(books))
    given = {"asked": asked, "ages": ages, "format": odds_format}
    assert len(asked) > 500
    assert run(["domain/board", "domain/compare"], body, given) == expected


def test_a_lay_price_is_never_best_in_the_browser(run: Run) -> None:
    body = """const lines = {x: {h2h_lay: {A: [500, null]}}};
      return m.bestBookmakers(lines, "h2h_lay", "A", new Set(), "american")"""
    assert run(["domain/compare"], body) == []


@pytest.mark.parametrize("name", ["constructor", "__proto__", "toString"])
def test_a_bookmaker_may_be_named_as_what_every_object_has(run: Run, name: str) -> None:
    body = """const event = m.eventsOf({ e: given.event }).e;
      const out = m.barred({}, Object.keys(event.lines), [], { exchange: 0.05 });
      const terms = { commission: { exchange: 0.05 }, mine: [] };
      const board = { sport: "s", odds_format: "decimal", bookmakers: {}, events: { e: event } };
      const words = { markets: {}, books: {} };
      const [game] = new m.Games(words).list([{ board, feed: { ages: {}, data_at: null } }],
        { terms, odds: "decimal", hours: 0, now: 0 });
      const best = ["A", "B"].map((side) =>
        m.bestBookmakers(event.lines, "h2h", side, out, "decimal"));
      const prices = game.sides.map(({ bests }) => bests[2].price);
      return [best, m.lowestHold(event, "h2h", out, "decimal"), prices, game.hold]"""
    lines = {
        name: {"h2h": {"A": [2.2, None], "B": [1.8, None]}},
        "exchange": {"h2h": {"A": [2.1, None], "B": [1.9, None]}},
    }
    event = {"away": "A", "home": "B", "starts_at": "2026-11-24T00:10:00Z", "lines": lines}
    best, hold, prices, said = run(
        ["domain/board", "domain/compare", "domain/hold", "finder/games"], body, {"event": event}
    )
    assert best == [[name], ["exchange"]]
    assert hold == pytest.approx(1 / 2.2 + 1 / 1.855 - 1)
    assert (prices, said) == (["2.20", "1.90"], "\N{MINUS SIGN}0.6%")


def test_prices_points_and_ages_read_the_same(run: Run) -> None:
    hundredths = [round(1 + n / 100, 2) for n in range(1, 1300, 7)]
    numbers = [
        *chance.NUMBERS,
        *hundredths,
        1.005,
        2.125,
        1.9090909,
        -105.5,
        10.25,
        12.345,
        1.625,
        3000,
        6.5,
    ]
    ages = [0, 0.9, 12, 89.99, 90, 3599, 5399, 5400, 7260, 172_799, 172_800, 900_000, -5]
    body = """return [
      given.numbers.flatMap((n) => ["american", "decimal"].flatMap((held) =>
        given.formats.map((shown) => m.priceText(n, held, shown)))),
      given.numbers.flatMap((n) => [["totals", "Over"], ["totals", "x"], ["spreads", "A"]].map(
        ([market, outcome]) => m.pointText(market, outcome, n))),
      given.ages.map(m.ageText), given.ages.map(m.soonText), m.plural(1, "event"),
      m.plural(12345, "event")]"""
    expected = [
        [
            text.price_text(n, held, shown)
            for n in numbers
            for held in ("american", "decimal")
            for shown in FORMATS
        ],
        [
            text.point_text(market, outcome, n)
            for n in numbers
            for market, outcome in (("totals", "Over"), ("totals", "x"), ("spreads", "A"))
        ],
        [text.age_text(age) for age in ages],
        [text.soon_text(age) for age in ages],
        "1 event",
        "12,345 events",
    ]
    assert (
        run(["shown/format"], body, {"numbers": numbers, "ages": ages, "formats": FORMATS})
        == expected
    )


def test_odds_are_converted_alike(run: Run) -> None:
    prices = [
        1.0,
        1.005,
        1.125,
        1.5,
        1.91,
        1.998,
        2,
        2.005,
        2.125,
        3.335,
        101,
        -110,
        -100,
        150,
        -333.5,
        0,
    ]
    body = """return given.map((p) =>
      [m.toDecimal(p, 'american'), m.toAmerican(p, 'decimal'), m.toAmerican(p, 'american')])"""
    expected = [
        [to_decimal(p, "american"), to_american(p, "decimal"), to_american(p, "american")]
        for p in prices
    ]
    assert run(["domain/price"], body, prices) == expected


def test_rows_and_columns_stand_in_the_same_order(run: Run, boards: list[dict[str, Any]]) -> None:
    body = """return given.boards.map((raw) => {
      const events = m.eventsOf(raw);
      const found = m.marketsOf(events, given.words);
      return m.marketChoices(found).map((market) => {
        const markets = m.shownMarkets(market, found);
        const books = m.booksOffering(Object.values(events), markets);
        return [market, m.columnsOf(books, {draftkings: "DraftKings"}, given.words),
          m.eventOrder(events).map((id) => [id, m.rowLabels(events[id], markets, "american")])];
      });
    })"""
    given = {"boards": boards[:80], "words": words.for_scripts()}
    for events, found in zip(
        boards, run(["domain/board", "shown/rows"], body, given), strict=False
    ):
        assert found == [_python_rows(events, market) for market in _markets(events)]


def _markets(events: dict[str, Any]) -> list[str]:
    board = Board("s", "e", "american", events=events)
    return [market for market, _, _ in view.market_choices(board, "")]


def _python_rows(events: dict[str, Any], market: str) -> list[Any]:
    board = Board("s", "e", "american", bookmakers={"draftkings": "DraftKings"}, events=events)
    columns = view.columns_of(board, events.values(), market, NO_FEED)
    shown = Shown(market, "american", NOW)
    markets = view.shown_markets(board, market)
    rows = [row for _, day in view.days_of(board, NO_FEED, shown, columns) for row in day]
    return [
        market,
        list(
            {c.book: {"book": c.book, "title": c.title, "short": c.short} for c in columns}.values()
        ),
        [
            [
                row.id,
                [
                    plain(label._asdict())
                    for label in labels_of(events[row.id], markets, "american")
                ],
            ]
            for row in rows
        ],
    ]


def test_a_page_that_hears_no_more_judges_the_feed_as_the_server_would(run: Run) -> None:
    dice = random.Random(7)
    cases, expected = [], []
    for _ in range(400):
        facts = _facts(dice)
        starts = [
            NOW + timedelta(minutes=dice.randint(-60, 6000)) for _ in range(dice.randint(0, 3))
        ]
        later = NOW + timedelta(seconds=dice.choice([0, 1, 14, 16, 60, 90, 91, 200, 900, 5000]))
        told = feed_dict(judge(facts, starts, NOW), {})
        cases.append([told, [iso(start) for start in starts], iso(later), iso(NOW)])
        found = judge(facts, starts, later)
        expected.append([found.status, found.reason, list(found.fresh)])
    body = """return given.map(([feed, starts, now, heard]) => {
      const found = m.judge(feed, starts.map(Date.parse), Date.parse(now), Date.parse(heard));
      return [found.status, found.reason, found.fresh];
    })"""
    assert run(["domain/feed"], body, cases) == expected


def _facts(dice: random.Random) -> Facts:
    data_at = dice.choice([None, *[NOW - timedelta(seconds=s) for s in (0, 5, 80, 170, 400)]])
    polling = dice.random() < 0.7
    return Facts(
        data_at=data_at,
        failure=dice.choice([None, None, None, "upstream_error", "out_of_credits"]),
        polling=polling,
        next_poll_at=NOW + timedelta(seconds=dice.randint(1, 300)) if polling else None,
    )


def test_the_fixtures_of_the_wire_hold_in_the_browser(run: Run) -> None:
    messages = [json.loads(path.read_bytes()) for path in FIXTURES]
    boards = [found for found in messages if "events" in found and "checksum" in found]
    body = "return given.map(({ events }) => m.checksum(m.eventsOf(events)))"
    assert run(["domain/board"], body, boards) == [found["checksum"] for found in boards]
