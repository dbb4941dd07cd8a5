"""The page of status, as it is without scripts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

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
