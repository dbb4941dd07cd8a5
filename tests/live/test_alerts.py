"""Alerts over real sockets: to the browser whose id it is, within the limits of all messages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.live.conftest import poll
from tests.live.test_subscribe import say
from tests.support.rawsocket import RawSocket, open_socket
from tests.support.server import Server

ME, YOU = "m" * 32, "y" * 43
KEYS = ["id", "rule", "kind", "sport", "event", "title", "text", "market", "outcome", "bookmakers"]
KEYS += ["line", "was", "odds_format", "profit", "legs", "at", "late"]


def wait_for_any_line(board: Server, key: str) -> None:
    """A rule that the next poll matches, whatever it finds."""
    events = board.rest("/api/odds/nba").json()["events"]
    event, game = next(  # of a game that is far from its end
        (key, game)
        for key, game in reversed(events.items())
        if any(game["home"] in lines.get("h2h", {}) for lines in game["lines"].values())
    )
    rule = {"kind": "target", "sport": "nba", "event": event, "market": "h2h"}
    rule |= {"outcome": game["home"], "price": -100_000}
    headers = {"LineFinder-Browser": key}
    assert board.rest("/api/alerts/rules", "POST", json=rule, headers=headers).status_code == 201


def next_alert(viewer: RawSocket) -> dict[str, Any]:
    while (packet := viewer.receive()) is not None:
        if packet.startswith('42["alert"'):
            body: dict[str, Any] = json.loads(packet[2:])[1]
            return body
    raise AssertionError("closed before an alert came")


def test_an_alert_comes_to_the_browser_that_waits_for_it(board: Server) -> None:
    mine, yours = open_socket(board.url), open_socket(board.url)
    for viewer, key in ((mine, ME), (yours, YOU)):
        assert say(viewer, "subscribe_alerts", {"id": key}) == ({"ok": True}, [])
    wait_for_any_line(board, ME)
    poll(board)
    message = next_alert(mine)
    assert (message["more"], message["quiet"]) == (0, False)
    [alert] = message["alerts"]
    assert (list(alert), alert["kind"]) == (KEYS, "target")
    told, heard = say(yours, "unsubscribe_alerts", {"id": YOU})
    assert (told, heard) == ({"ok": True}, [])
    mine.close()
    yours.close()


@pytest.mark.parametrize("key", [None, 7, "short", "x" * 65, "m" * 31 + " "])
def test_an_id_that_is_none_is_refused(board: Server, key: Any) -> None:
    viewer = open_socket(board.url)
    told, _ = say(viewer, "subscribe_alerts", {"id": key})
    assert (told["ok"], told["error"]["code"]) == (False, "bad_request")
    viewer.close()
