"""The page of status, as it is without scripts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.rooms import NBA, open_house
from tests.support.upstream import odds_of


def test_a_next_poll_beyond_a_day_has_its_date(tmp_path: Path) -> None:
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        for ahead, said in (
            (timedelta(hours=2), "23:01:05 UTC"),
            (timedelta(days=3), "Thu 26 Nov 21:01 UTC"),
        ):
            house.boards.learn(NBA, polling=True, next_poll_at=house.clock() + ahead)
            page = house.app.test_client().get("/status").get_data(as_text=True)
            assert f">{said}</time>" in page


def test_what_the_credits_buy_says_when_it_was_worked_out(tmp_path: Path) -> None:
    """It is up to an hour old: the credits may be gone meanwhile."""
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        house.wiring.prospects.make([NBA], house.clock())
        house.clock.pass_by(1800)
        page = house.app.test_client().get("/status").get_data(as_text=True)
        assert "as of Mon 23 Nov 21:01 UTC; worked out anew each hour" in page


def test_pages_come_from_memory_while_the_database_is_away(tmp_path: Path) -> None:
    """When something is wrong people come to see the boards, and the operator the status."""
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        event = next(iter(house.boards.stream(NBA).board.events))
        for table in ("polls", "versions", "line_changes"):
            house.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        ask = house.app.test_client()
        for path in ("/", "/nba", f"/event/{event}", "/finder", "/tonight"):
            page = ask.get(path)
            assert page.status_code == 200, path
            assert "Boston Celtics" in page.get_data(as_text=True), path
        assert "The database does not answer." in ask.get("/status").get_data(as_text=True)
        past = ask.get("/nba?at=2026-11-23T21:00:00Z")
        assert past.status_code == 503, "what only the database knows is refused, not made up"


def test_a_database_that_hangs_is_asked_by_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_house(tmp_path) as house:
        house.poll(odds_of())
        health = house.wiring.health
        monkeypatch.setattr(health, "_runs_jobs", lambda: True)
        monkeypatch.setattr(health, "_unseen", lambda: 6.0)
        monkeypatch.setattr("linefinder.store.past.reading", lambda: pytest.fail("it was asked"))
        assert house.app.test_client().get("/nba").status_code == 200
