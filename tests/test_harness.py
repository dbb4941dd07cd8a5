"""The harness itself: clients that follow the rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.client import BoardClient
from tests.support.judge import checksum_of, merge
from tests.support.machine import PORTS, free_port, fresh_env, own_ports
from tests.support.proxy import Proxy
from tests.support.rawsocket import handshake, open_socket
from tests.support.standin import EPOCH, SPORT, StandIn, board, status, update
from tests.support.waiting import until

ONE: dict[str, Any] = {"e": {"lines": {"b": {"h2h": {"Home": [100, None]}}}}}
PATCH = {"e": {"lines": {"b": {"h2h": {"Home": [105, None]}}}}}
TWO = merge(ONE, PATCH)
Join = Callable[..., BoardClient]


def give_snapshot(server: StandIn, sid: str, body: dict[str, Any]) -> dict[str, Any]:
    """Answers every subscribe with version 1, whole."""
    server.io.emit("odds_snapshot", board(ONE, 1, checksum_of(ONE)), to=sid)
    server.io.emit("feed_status", status(1, checksum_of(ONE)), to=sid)
    return {"ok": True, "sport": SPORT, "epoch": EPOCH, "version": 1, "resumed": False}


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """A server that gives version 1 to whoever subscribes."""
    server = StandIn(give_snapshot)
    yield server
    server.close()


def test_a_client_subscribes_by_alias_and_holds_the_board(
    stand_in: StandIn, join_board: Join
) -> None:
    client = join_board(stand_in.url, "nba")
    client.wait_until(lambda c: c.acknowledgements)
    assert stand_in.asked == [{"sport": "nba"}]
    board_sent = client.messages[0].body
    assert client.board.whole().items() <= board_sent.items()
    assert client.wanted == [SPORT]
    assert client.messages[0].size > len(str(board_sent["events"]))


def test_a_client_applies_updates_in_their_order(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT)
    client.wait_until(lambda c: c.acknowledgements)
    events = ONE
    for version in range(2, 202):
        patch = {"e": {"lines": {"b": {"h2h": {"Home": [100 + version, None]}}}}}
        events = merge(events, patch)
        stand_in.say("odds_update", update(version - 1, version, patch, checksum_of(events)))
    client.wait_until(lambda c: c.board.version == 201)
    assert client.board.events == events
    assert (client.resyncs, client.mismatches) == (0, 0)


def test_a_client_asks_again_after_a_gap(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT)
    client.wait_until(lambda c: c.acknowledgements)
    stand_in.say("odds_update", update(2, 3, PATCH, checksum_of(TWO)))
    client.wait_until(lambda c: len(c.acknowledgements) == 2)
    assert stand_in.asked[1] == {"sport": SPORT, "epoch": EPOCH, "version": 1}
    assert client.resyncs == 1


def test_a_client_throws_a_wrong_board_away(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT)
    client.may_mismatch = True
    client.wait_until(lambda c: c.acknowledgements)
    stand_in.say("odds_update", update(1, 2, PATCH, 7))
    client.wait_until(lambda c: len(c.acknowledgements) == 2)
    assert stand_in.asked[1] == {"sport": SPORT}
    assert client.mismatches == 1
    assert client.board.events == ONE


def test_a_client_waits_for_a_version_that_was_named(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT, overdue=0.3)
    client.wait_until(lambda c: c.acknowledgements)
    stand_in.say("feed_status", status(2, checksum_of(TWO)))
    client.wait_until(lambda c: len(c.named("feed_status")) == 2)
    stand_in.say("odds_update", update(1, 2, PATCH, checksum_of(TWO)))
    client.wait_until(lambda c: c.board.version == 2)
    stand_in.say("feed_status", status(3, 7))
    client.wait_until(lambda c: len(c.acknowledgements) == 2)
    assert client.resyncs == 1  # for version 3, which never came


def test_a_client_comes_back_with_what_it_holds(
    stand_in: StandIn, join_board: Join, put_between: Callable[[str], Proxy]
) -> None:
    proxy = put_between(stand_in.url)
    client = join_board(proxy.url, SPORT)
    client.wait_until(lambda c: c.acknowledgements)
    proxy.refuse()
    proxy.cut()
    client.wait_until(lambda c: c.refusals)
    proxy.accept()
    client.wait_until(lambda c: len(c.acknowledgements) == 2)
    assert client.connects == 2
    assert stand_in.asked[1] == {"sport": SPORT, "epoch": EPOCH, "version": 1}


def test_a_client_leaves_a_server_that_is_silent(
    stand_in: StandIn, join_board: Join, put_between: Callable[[str], Proxy]
) -> None:
    proxy = put_between(stand_in.url)
    client = join_board(proxy.url, SPORT, silence=0.3)
    client.wait_until(lambda c: c.connects >= 2)
    assert proxy.connections >= 2


def test_a_client_stays_away_after_bye(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT, delays=(0.01, 0.01))
    client.wait_until(lambda c: c.acknowledgements)
    stand_in.say("bye", {"retry_after": 0.5, "reason": "restart"})
    client.wait_until(lambda c: c.named("bye"))
    left = time.monotonic()
    client.drop_connection()
    client.wait_until(lambda c: c.connects == 2)
    assert time.monotonic() - left > 0.4


def test_a_refused_client_knows_why(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT, origin="http://elsewhere.example", reconnect=False)
    client.wait_until(lambda c: c.refusals)
    assert client.refusals[0].startswith("Handshake status 400")


def test_what_nobody_wanted_is_a_stray(stand_in: StandIn, join_board: Join) -> None:
    client = join_board(stand_in.url, SPORT)
    client.wait_until(lambda c: c.acknowledgements)
    stand_in.say("feed_status", status(1, 7, sport="baseball_mlb"))
    client.wait_until(lambda c: c.strays)
    assert list(client.boards) == [SPORT]


def test_a_raw_socket_speaks_by_hand(stand_in: StandIn) -> None:
    raw = open_socket(stand_in.url)
    assert raw.acknowledgement(raw.emit("subscribe", {"sport": SPORT}))["ok"] is True
    raw.send("41")
    raw.close()


def test_a_refused_handshake_gives_its_status(stand_in: StandIn) -> None:
    answer = handshake(stand_in.url, origin="http://elsewhere.example")
    assert (answer.status, answer.raw) == (400, None)


def test_waiting_ends_with_the_reason() -> None:
    with pytest.raises(AssertionError, match=r"not within 0.1 s: the moon; last: 0"):
        until(lambda: 0, 0.1, "the moon")


def test_two_that_run_the_tests_together_share_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    shares = []
    for worker in ("gw0", "gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
        shares.append(own_ports())
        assert free_port() in shares[-1]
    assert sorted(port for share in shares for port in share) == list(PORTS)


def test_a_fresh_environment_knows_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ODDS_API_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://production")
    env = fresh_env(POLL_ENABLED="true")
    assert not {"ODDS_API_KEY", "DATABASE_URL"} & env.keys()
    assert (env["POLL_ENABLED"], env["LINEFINDER_ENV_FILE"]) == ("true", "")
