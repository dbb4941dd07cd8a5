"""The client's rule of protocol.md, message by message, in a browser with a clock of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from linefinder.domain.checksum import checksum
from tests.browser.modules import RUN, serve_modules

START = """
  const m = await import("/js/news/live.js");
  const log = window.log = { asked: [], reconnects: 0, changes: [] };
  window.answers = [];
  window.live = new m.Live(given, {
    subscribe: (message, done) => { log.asked.push(message); window.answers.push(done); },
    reconnect: () => { log.reconnects += 1; },
    changed: (patch) => log.changes.push(patch === undefined ? "feed" : patch),
  });
  window.live.connected();
  window.answers.pop()({ ok: true });
"""
FEED = {"status": "live", "reason": None, "data_at": None, "next_poll_at": None, "ages": {"x": 3}}

Say = Callable[..., Any]
NOW, LATER = datetime(2026, 11, 24, 0, tzinfo=UTC), datetime(2026, 11, 24, 1, tzinfo=UTC)


def events(price: float) -> dict[str, Any]:
    lines = {"dk": {"h2h": {"A": (price, None)}}}
    return {"e": {"starts_at": "2026-11-24T00:10:00Z", "lines": lines}}


def board(version: int, price: float, epoch: str = "one") -> dict[str, Any]:
    held = events(price)
    return {
        "sport": "nba",
        "epoch": epoch,
        "version": version,
        "time": None,
        "odds_format": "american",
        "checksum": checksum(held),
        "bookmakers": {"dk": "DK"},
        "events": held,
        "feed": FEED,
    }


def update(start: int, version: int, price: float, **other: Any) -> dict[str, Any]:
    return {
        "sport": "nba",
        "epoch": "one",
        "from": start,
        "version": version,
        "time": None,
        "checksum": checksum(events(price)),
        "patch": {"e": {"lines": {"dk": {"h2h": {"A": [price, None]}}}}},
        "feed": FEED,
        **other,
    }


def status(version: int, price: float, **other: Any) -> dict[str, Any]:
    return {
        "sport": "nba",
        "epoch": "one",
        "version": version,
        "checksum": checksum(events(price)),
        "feed": FEED,
        **other,
    }


@pytest.fixture
def say(page: Page) -> Say:
    """A client that holds version 5 at -110; `say(kind, message)` gives what it did and holds."""
    page.clock.install(time=NOW)
    run = serve_modules(page)
    page.clock.pause_at(LATER)  # else its time goes on by itself too, and a busy machine is late
    run([], START, board(5, -110))

    def said(kind: str, message: Any = None) -> Any:
        body = """const { live, log } = window;
          if (given.message) live[given.kind](given.message); else if (given.kind) live[given.kind]();
          return { ...log, version: live.board.version, held: live.held, feed: live.feed,
            price: live.board.events.e?.lines.dk?.h2h.A[0] ?? null };"""
        return run([], body, {"kind": kind, "message": message})

    return said


NOW_HELD = {"sport": "nba", "epoch": "one", "version": 5}


def test_it_says_what_it_holds_when_connected(say: Say) -> None:
    assert say("")["asked"] == [NOW_HELD]


def test_an_update_that_follows_is_applied(say: Say) -> None:
    found = say("update", update(5, 6, -120))
    assert (found["version"], found["price"], len(found["asked"])) == (6, -120, 1)


def test_an_update_it_has_already_is_ignored(say: Say) -> None:
    found = say("update", update(4, 5, -400))
    assert (found["version"], found["price"], found["changes"]) == (5, -110, [])


def test_after_a_gap_it_asks_for_what_it_lacks_and_keeps_what_it_holds(say: Say) -> None:
    found = say("update", update(6, 7, -120))
    assert (found["version"], found["asked"][1:]) == (5, [NOW_HELD])


def test_an_update_of_another_epoch_makes_it_ask_again(say: Say) -> None:
    found = say("update", update(5, 6, -120, epoch="two"))
    assert (found["version"], found["asked"][1:]) == (5, [NOW_HELD])


def test_a_checksum_that_differs_throws_the_board_away(say: Say) -> None:
    found = say("update", update(5, 6, -120, checksum=1))
    assert found["asked"][1:] == [{"sport": "nba"}]
    assert (found["held"], found["changes"]) == (False, [])


def test_updates_are_ignored_until_the_whole_board_comes(say: Say) -> None:
    say("update", update(5, 6, -120, checksum=1))
    say("update", update(6, 7, -130))
    found = say("snapshot", board(7, -130))
    assert (found["held"], found["version"], found["changes"]) == (True, 7, [None])


def test_a_snapshot_replaces_also_by_a_lower_version(say: Say) -> None:
    found = say("snapshot", board(2, 150, "two"))
    assert (found["version"], found["price"]) == (2, 150)


def test_a_status_of_the_same_version_with_another_checksum_throws_away(say: Say) -> None:
    assert say("status", status(5, -111))["asked"][1:] == [{"sport": "nba"}]


def test_a_status_of_another_epoch_makes_it_ask_again(say: Say) -> None:
    assert say("status", status(5, -110, epoch="two"))["asked"][1:] == [NOW_HELD]


def test_a_version_that_was_announced_is_awaited_for_two_seconds(say: Say, page: Page) -> None:
    assert len(say("status", status(6, -120))["asked"]) == 1
    page.clock.run_for(1900)
    assert len(say("")["asked"]) == 1
    page.clock.run_for(200)
    assert say("")["asked"][1:] == [NOW_HELD]


def test_a_version_that_arrives_in_time_is_not_asked_for(say: Say, page: Page) -> None:
    say("status", status(6, -120))
    page.clock.run_for(1000)
    say("update", update(5, 6, -120))
    page.clock.run_for(5000)
    assert len(say("")["asked"]) == 1


def test_a_heartbeat_keeps_the_ages_that_were_told(say: Say) -> None:
    short = {"status": "stale", "reason": "late", "data_at": None, "next_poll_at": None}
    found = say("status", status(5, -110, feed=short))
    assert (found["feed"]["status"], found["feed"]["ages"]) == ("stale", {"x": 3})


def test_a_message_of_another_sport_changes_nothing(say: Say) -> None:
    assert say("update", update(5, 6, -120, sport="nfl"))["version"] == 5


def test_45_seconds_without_a_word_make_it_reconnect(say: Say, page: Page) -> None:
    page.clock.run_for(44_000)
    assert say("tick")["reconnects"] == 0
    page.clock.run_for(2_000)
    assert say("tick")["reconnects"] == 1


def test_any_word_keeps_the_connection(say: Say, page: Page) -> None:
    page.clock.run_for(44_000)
    say("status", status(5, -110))
    page.clock.run_for(44_000)
    assert say("tick")["reconnects"] == 0


def test_a_refused_question_is_put_again_but_not_in_a_storm(say: Say, page: Page) -> None:
    say("update", update(6, 7, -120))
    page.evaluate("window.answers.pop()({ ok: false })")
    assert len(say("")["asked"]) == 2
    page.clock.run_for(5_100)
    assert len(say("")["asked"]) == 3


def test_waits_before_reconnecting_grow_to_30_seconds_with_full_jitter(page: Page) -> None:
    serve_modules(page)
    body = """const { waitBefore } = await import("/js/news/connection.js");
      const range = (tries) => [waitBefore(tries, () => 0), waitBefore(tries, () => 1)];
      return [0, 1, 4, 5, 50].map(range);"""
    waits = page.evaluate(RUN, [[], body, "null"])
    assert waits == "[[0,1000],[0,2000],[0,16000],[0,30000],[0,30000]]"


def test_messages_wait_while_one_before_them_is_taken_in(page: Page) -> None:
    run = serve_modules(page)
    body = START.replace("reconnect:", "pace: (steps) => (window.steps = steps), reconnect:")
    run([], body, board(5, -110))
    heard = page.evaluate(
        """([first, second]) => {
          for (const _ of window.steps);
          window.live.update(first);
          window.steps.next();
          window.live.update(second);
          const before = [window.live.board.version, window.log.changes.length];
          for (const _ of window.steps);
          return [...before, window.live.board.version, window.log.changes.length];
        }""",
        [update(5, 6, -120), update(6, 7, -130)],
    )
    assert heard == [5, 0, 7, 2]
