"""The joint: the message of the fixture, which docs and browser tests show."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from linefinder import wire
from linefinder.alerts.message import Delivery, alert_dict, in_words
from linefinder.domain.edges import Leg
from linefinder.domain.matching.alert import Alert
from linefinder.domain.odds import Board
from linefinder.domain.rules import Rule
from tests.support.recordings import ROOT
from tests.test_wire import GAME, NOW

BOARD = Board(
    "basketball_nba",
    "9f2c41d0",
    "american",
    bookmakers={"draftkings": "DraftKings", "fanduel": "FanDuel"},
    events={"e1f9": GAME},
)
HOME = "Boston Celtics"
LEG = Leg(HOME, "fanduel", 105, None, 1.0, 12.0)


def alert(kind: str = "target", **more: Any) -> Alert:
    said = {"market": "h2h", "outcome": HOME, "bookmakers": ("fanduel",), **more}
    at = NOW + timedelta(seconds=60)
    return Alert(kind, BOARD.sport, "e1f9", at=at, late=60.0, about="0c4f9a1be2d37765ff", **said)


def test_the_message_is_that_of_the_fixture() -> None:
    told = alert(line=(155, None), was=(140, None))
    rule = Rule("target", BOARD.sport, market="h2h", outcome=HOME, price=150.0)
    one = alert_dict("5f0e3a9c1d2b4876", rule, told, BOARD)
    made = json.loads(wire.encode(Delivery("me", (one,)).message()))
    assert made == json.loads((ROOT / "tests/fixtures/wire/alert.json").read_text())


@pytest.mark.parametrize(
    ("told", "words"),
    [
        (alert("opener", outcome=None), "Moneyline: first line, at FanDuel"),
        (
            alert("move", market="spreads", line=(-110, -7.0), was=(-105, -6.5)),
            "Spread: Boston Celtics −7 −110 from −6.5 −105 at FanDuel",
        ),
        (
            alert("steam", line=(-130, None), was=None, bookmakers=("fanduel", "draftkings", "x")),
            "Moneyline: steam, 3 books moved to Boston Celtics −130: FanDuel, DraftKings, x",
        ),
        (
            alert("arbitrage", outcome=None, profit=0.0202, bookmakers=("fanduel", "draftkings")),
            "Moneyline: arbitrage of 2.0% at FanDuel, DraftKings",
        ),
        (
            alert("low_hold", outcome=None, profit=-0.004, bookmakers=tuple("abcdef")),
            "Moneyline: the best prices return −0.4% of all stakes, at a, b, c, d and 2 more",
        ),
        (
            alert("find", found="value", profit=0.0213, legs=(LEG,)),
            "Moneyline: value of 2.1%, Boston Celtics +105 at FanDuel",
        ),
        (
            alert("find", found="back_lay", profit=0.0213, legs=(LEG, LEG)),
            "Moneyline: back and lay of 2.1%, Boston Celtics +105 at FanDuel and lay "
            "Boston Celtics +105 at FanDuel",
        ),
    ],
)
def test_what_happened_is_said_in_words(told: Alert, words: str) -> None:
    assert in_words(Rule(told.kind, told.sport), told, BOARD) == words
