"""The joint: wire.py makes the messages in tests/fixtures/wire, which docs and browser tests show."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linefinder import wire
from linefinder.domain.checksum import checksum, texts_of
from linefinder.domain.feed import Facts, judge
from linefinder.domain.odds import Board, Odds, starts_at
from linefinder.domain.stream import advance
from tests.support.judge import HeldBoard, Verdict
from tests.support.recordings import ROOT

FOLDER = ROOT / "tests/fixtures/wire"
NOW = datetime(2026, 11, 23, 21, 0, 5, 120_000, UTC)
QUOTA = {"remaining": 412, "used": 88, "reserve": 3}
GAME: dict[str, Any] = {
    "home": "Boston Celtics",
    "away": "Miami Heat",
    "starts_at": "2026-11-24T00:10:00Z",
    "lines": {
        "draftkings": {
            "h2h": {"Boston Celtics": (-220, None), "Miami Heat": (180, None)},
            "spreads": {"Boston Celtics": (-110, -6.5), "Miami Heat": (-110, 6.5)},
            "totals": {"Over": (-110, 221.5), "Under": (-110, 221.5)},
        }
    },
}
MOVED: dict[str, Any] = {
    **GAME,
    "lines": {
        "draftkings": {
            "h2h": {"Boston Celtics": (-225, None), "Miami Heat": (185, None)},
            "spreads": {"Boston Celtics": (-110, -6.5), "Miami Heat": (-110, 6.5)},
        },
        "fanduel": {"h2h": {"Boston Celtics": (-218, None), "Miami Heat": (180, None)}},
    },
}
BEFORE = Board(
    "basketball_nba",
    "9f2c41d0",
    "american",
    128,
    NOW,
    checksum({"e1f9": GAME}),
    {"draftkings": "DraftKings"},
    {"e1f9": GAME},
)


def feed(board: Board, now: datetime) -> wire.Message:
    confirmed = {book: now - timedelta(seconds=24) for book in board.bookmakers}
    facts = Facts(now, None, True, False, now + timedelta(seconds=60), confirmed)
    return wire.feed_dict(judge(facts, [starts_at(e) for e in board.events.values()], now), QUOTA)


def messages() -> dict[str, Any]:
    """Every message that goes down, as wire.py makes it."""
    later = NOW + timedelta(seconds=60)
    odds = Odds({"e1f9": MOVED}, {"draftkings": "DraftKings", "fanduel": "FanDuel"}, {})
    after, _, delta = advance(BEFORE, texts_of(BEFORE.events), odds, later)
    assert delta
    update = wire.update_of(after.epoch, delta)
    return {
        wire.SNAPSHOT: wire.board_dict(BEFORE, wire.encode(BEFORE.events), feed(BEFORE, NOW)),
        wire.UPDATE: wire.update_dict(after.sport, update, feed(after, later)),
        wire.STATUS: wire.status_dict(after, feed(after, later)),
        "heartbeat": wire.heartbeat_dict(after, feed(after, later)),
    }


def fixture(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text())


@pytest.mark.parametrize("name", ["odds_snapshot", "odds_update", "feed_status", "heartbeat"])
def test_messages_are_those_of_the_fixtures(name: str) -> None:
    made = json.loads(wire.encode(messages()[name]))
    assert made == fixture(name)
    assert list(made) == list(fixture(name))


def test_the_update_leads_from_the_snapshot_to_the_status() -> None:
    held = HeldBoard("basketball_nba")
    assert held.take("odds_snapshot", fixture("odds_snapshot")) is Verdict.FINE
    assert held.take("odds_update", fixture("odds_update")) is Verdict.FINE
    assert held.take("feed_status", fixture("feed_status")) is Verdict.FINE
    assert held.events == json.loads(wire.encode({"e1f9": MOVED}))


def test_a_stored_patch_comes_back_as_it_was() -> None:
    made = messages()[wire.UPDATE]["patch"]
    assert json.loads(wire.encode(wire.patch_from(bytes(made)))) == fixture("odds_update")["patch"]


def test_the_document_shows_each_fixture() -> None:
    text = (ROOT / "docs/protocol.md").read_text()
    shown = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    for path in sorted(FOLDER.glob("*.json")):
        assert json.loads(path.read_text()) in shown, f"docs/protocol.md does not show {path.name}"
