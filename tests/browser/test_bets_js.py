"""Noted bets in the browser: their value is Python's, and CSV gives them back as they were."""

from __future__ import annotations

import csv
import io
import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linefinder.config import read_config
from linefinder.domain.closing import Bet, value_of
from linefinder.domain.price import is_offered
from linefinder.store.closing import Closed, Closing
from linefinder.web.rest.closing import nested, standing, terms_of, told
from tests.browser.modules import Run
from tests.browser.test_fair_js import BOOKS, offered, price

FEES = "{fanduel: 0.02}"
START = datetime(2026, 11, 24, 0, 10, tzinfo=UTC)
VALUE = """return given.map(([bet, told]) => {
  const close = m.closeOf(bet, told);
  return [close, m.valueOf(bet, close, %s), m.isClosing(close)];
})"""


def close_of(dice: random.Random, odds_format: str) -> Closing:
    """How a game closed at some books, some of whose lines were off by then."""
    lines = []
    for book in dice.sample(BOOKS, dice.randint(1, len(BOOKS))):
        off = dice.random() < 0.2
        seen_at = START - timedelta(seconds=dice.choice([40, 180, 200]) + 900 * off)
        for market, outcomes in offered(dice, odds_format).items():
            lines += [
                Closed(book, market, outcome, line[0], line[1], seen_at, off)
                for outcome, line in outcomes.items()
            ]
    seen_at = START - timedelta(seconds=40)
    return Closing("e1", "nba", "Boston", "Miami", START, odds_format, seen_at, tuple(lines), {})


def bet_on(dice: random.Random, found: Closing) -> Bet:
    """A bet that often is on a line that closed, at its point or beside it."""
    line = dice.choice(found.lines)
    odds_format = dice.choice(["american", "decimal"])
    taken = price(dice, odds_format)
    while not is_offered(taken, odds_format):
        taken = price(dice, odds_format)
    point = line.point
    if point is not None and dice.random() < 0.4:
        point += dice.choice([-1, -0.5, 0.5])
    book = line.bookmaker if dice.random() < 0.8 else dice.choice(BOOKS)
    return Bet(book, line.market, line.outcome, taken, point, odds_format)


@pytest.mark.parametrize("odds_format", ["american", "decimal"])
def test_the_value_of_a_bet_is_pythons(run: Run, odds_format: str) -> None:
    dice = random.Random(20261125)
    config = read_config({"ODDS_COMMISSION": "fanduel=2"})
    assert config.odds_commission == {"fanduel": 0.02}
    given, expected = [], []
    for _ in range(1000):
        found = close_of(dice, odds_format)
        made = bet_on(dice, found)
        terms = terms_of(found, config)
        offers = standing(found, config)
        expected.append(value_of(made, nested(found), offers, terms))
        given.append([made._asdict(), told(found, config)])
    answers = run(["bets/value"], VALUE % FEES, given)
    assert sum(value.price is not None for value in expected) > 100
    assert sum(value.fair is not None for value in expected) > 100
    assert sum(value.moved is not None for value in expected) > 30
    for (_, mine, _), theirs, (bet, _) in zip(answers, expected, given, strict=True):
        for name, value in theirs._asdict().items():
            if value is None:
                assert mine[name] is None, (name, bet)
            else:
                assert mine[name] == pytest.approx(value, abs=1e-4), (name, bet)


def a_bet(**more: Any) -> dict[str, Any]:
    return {
        "id": "b1",
        "noted_at": "2026-01-23T21:00:00.000Z",
        "sport": "basketball_nba",
        "event": "e1",
        "starts_at": "2026-11-24T00:10:00Z",
        "home": "Boston Celtics",
        "away": "Miami Heat",
        "bookmaker": "draftkings",
        "market": "spreads",
        "outcome": "Boston Celtics",
        "price": -110,
        "point": -6.5,
        "odds_format": "american",
        "stake": 25,
        "close": None,
        **more,
    }


CLOSE = {
    "odds_format": "american", "age": 39.88, "price": -120, "point": -6.5, "line_age": 39.88,
    "off": False, "fair": 0.512345,
}  # fmt: skip
ODD = [
    a_bet(),
    a_bet(id="b2", point=None, market="h2h", odds_format="decimal", price=1.909, close=CLOSE),
    a_bet(id="b3", outcome="=HYPERLINK(\"http://x\")", home="'=1+1", away="''@sum"),
    a_bet(id="b4", outcome='a "b", c;=1+1', home="-", away="Ω — é", event="'quoted"),
    a_bet(id="b6", close={**CLOSE, "score": {"home": "104", "away": None}}),
    a_bet(id="b5", stake=0.1, point=1e-7, close={**CLOSE, "price": None, "off": True, "fair": 0}),
]  # fmt: skip


def test_csv_gives_every_bet_back_as_it_was(run: Run) -> None:
    body = "return m.betsOf(m.csvOf(given), () => 'never')"
    assert run(["bets/csv"], body, ODD) == {"bets": ODD, "wrong": []}


IN_PLAY = {"noted_at": "2026-11-24T00:10:00.000Z", "starts_at": "2026-11-24T00:10:00Z"}


def test_a_bet_noted_in_play_has_no_closing_line_and_says_so_in_the_csv(run: Run) -> None:
    score = {"home": "104", "away": "99"}
    kept = a_bet(**IN_PLAY, close={**CLOSE, "score": score})
    answer = {
        "starts_at": "2026-11-24T00:10:00Z", "odds_format": "american", "age": 5, "lines": {},
        "fair": {"books": {}, "points": {}}, "score": None,
    }  # fmt: skip
    body = """return [m.hasClosing(given[0]),
      m.hasClosing({ ...given[0], noted_at: "2026-11-24T00:09:59Z" }),
      m.closeOf(...given),
      m.closeOf(given[0], { ...given[1], starts_at: "2026-11-24T01:00:00Z" }).age,
      m.csvOf([given[0]])]"""
    has, before, close, moved, text = run(["bets/value", "bets/csv"], body, [kept, answer])
    assert (has, before, moved) == (False, True, 5)
    none = {"age": None, "price": None, "point": None, "line_age": None, "off": False}
    assert close == {**none, "fair": None, "odds_format": "american", "score": score}
    (row,) = csv.DictReader(io.StringIO(text))
    told = [row[name] for name in ("in_play", "close_price", "close_fair", "home_score")]
    assert told == ["yes", "", "", "104"]
    back = run(["bets/csv"], "return m.betsOf(given, () => 'never')", text)
    assert back == {"bets": [{**kept, "close": close}], "wrong": []}


def test_a_spreadsheet_finds_no_formula_in_it(run: Run) -> None:
    text = run(["bets/csv"], "return m.csvOf(given)", ODD)
    head, *rows = csv.reader(io.StringIO(text))
    assert len(rows) == len(ODD)
    numbers = {"price", "point", "stake", "close_age", "close_price", "close_point"}
    for row in rows:
        for name, value in zip(head, row, strict=True):
            assert value[:1] not in tuple("=+-@\t\r") or name in numbers, (name, value)
    assert '"a ""b"", c;=1+1"' in text, "quoted, so that no other separator splits it"


REFUSED = {
    "price": ("-50", "Row 3: price is no american price."),
    "stake": ("0", "Row 3: stake is no number above 0."),
    "point": ("six", "Row 3: point is no number."),
    "starts_at": ("tonight", "Row 3: starts_at is no time like 2026-11-24T00:10:00Z."),
    "bookmaker": ("", "Row 3: bookmaker is empty, too long, or no plain text."),
    "market": ("h2h_lay", "Row 3: it is a lay, which can't be compared."),
    "odds_format": ("roman", "Row 3: odds_format is neither american nor decimal."),
    "home_score": ("9" * 33, "Row 3: close_format is neither american nor decimal."),
    "close_fair": ("2", "Row 3: close_format is neither american nor decimal."),
    "id": ("b1", "Row 3: it has the id of row 2."),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_row_is_named_and_nothing_is_taken(run: Run, name: str) -> None:
    value, words = REFUSED[name]
    rows = list(csv.reader(io.StringIO(run(["bets/csv"], "return m.csvOf(given)", ODD[:1] * 3))))
    at = rows[0].index(name)
    for number, row in enumerate(rows[1:]):
        row[0] = f"b{number + 1}"
    rows[2][at] = value
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    found = run(["bets/csv"], "return m.betsOf(given, () => 'n1')", text.getvalue())
    assert found == {"bets": [], "wrong": [words]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Row 1: it names no noted_at"),
        ('a,"b', "Row 1: a quote is not closed"),
        ("price,stake\r\n1,2", "Row 1: it names no noted_at"),
    ],
)
def test_what_is_no_such_csv_is_refused(run: Run, text: str, words: str) -> None:
    found = run(["bets/csv"], "return m.betsOf(given, () => 'n1')", text)
    assert found["bets"] == []
    assert found["wrong"][0].startswith(words)


def test_rows_of_the_wrong_length_unknown_columns_and_missing_ids(run: Run) -> None:
    text = run(["bets/csv"], "return m.csvOf(given)", ODD[:1])
    body = "return given.map((text) => m.betsOf(text, () => 'n1'))"
    short, strange, unnamed = run(
        ["bets/csv"],
        body,
        [
            text + "1,2\r\n",
            text.replace("close_fair", "luck"),
            text.replace('"b1"', '""'),
        ],
    )
    assert short["wrong"] == ["Row 3: it has 2 fields, not 24."]
    assert strange["wrong"] == ["Row 1: 'luck' is unknown, or named twice."]
    assert unnamed["bets"][0]["id"] == "n1"


RESULTS = [
    ("h2h", "Boston Celtics", None, (104, 99), "won"),
    ("h2h", "Miami Heat", None, (104, 99), "lost"),
    ("h2h", "Miami Heat", None, (20, 20), "push"),
    ("spreads", "Boston Celtics", -5.5, (104, 99), "lost"),
    ("spreads", "Boston Celtics", -5, (104, 99), "push"),
    ("spreads", "Miami Heat", 5.5, (104, 99), "won"),
    ("totals", "Over", 203.5, (104, 99), "lost"),
    ("totals", "Under", 203.5, (104, 99), "won"),
    ("totals", "Over", 203, (104, 99), "push"),
    ("totals", "Neither", 203, (104, 99), None),
    ("h2h", "constructor", None, (104, 99), None),
    ("outrights", "Boston Celtics", None, (104, 99), None),
    ("h2h", "Boston Celtics", None, ("245/6", 99), None),
    ("h2h", "Boston Celtics", None, (None, 99), None),
    ("spreads", "Boston Celtics", None, (104, 99), None),
]


@pytest.mark.parametrize(("market", "outcome", "point", "score", "result"), RESULTS)
def test_a_bet_is_won_lost_or_pushed_by_the_final_score(
    run: Run, market: str, outcome: str, point: float | None, score: Any, result: str | None
) -> None:
    points = {
        side: None if has is None else str(has)
        for side, has in zip(("home", "away"), score, strict=True)
    }
    bet = a_bet(market=market, outcome=outcome, point=point)
    assert run(["bets/result"], "return m.resultOf(...given)", [bet, points]) == result


@pytest.mark.parametrize(
    ("outcome", "result"), [("Draw", "won"), ("Arsenal", "lost"), ("Chelsea", "lost")]
)
def test_a_draw_of_soccer_is_an_outcome_of_its_own(run: Run, outcome: str, result: str) -> None:
    bet = a_bet(sport="soccer_epl", home="Arsenal", away="Chelsea", market="h2h", outcome=outcome)
    level = {"home": "1", "away": "1"}
    assert run(["bets/result"], "return m.resultOf(...given)", [bet, level]) == result


def test_what_a_bet_brought_is_in_the_unit_of_its_stake_and_after_commission(run: Run) -> None:
    body = "return given.map(([bet, result]) => m.broughtBy(bet, result, {fanduel: 0.02}))"
    own, fees = a_bet(price=150, stake=20), a_bet(price=150, stake=20, bookmaker="fanduel")
    told = run(["bets/result"], body, [[own, "won"], [fees, "won"], [own, "lost"], [own, "push"]])
    assert told == pytest.approx([30, 29.4, -20, 0])


def test_a_score_is_kept_once_it_is_the_final_one(run: Run) -> None:
    scores = [
        None,
        {"home": "3", "away": "2", "completed": False},
        {"home": "3", "away": "2", "completed": True},
    ]
    body = "return given.map((score) => m.finalOf({score}))"
    assert run(["bets/result"], body, scores) == [None, None, {"home": "3", "away": "2"}]
