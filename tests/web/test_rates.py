"""REST_RATE_LIMIT: so many requests a minute from one address, whoever it truly is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from linefinder.domain import rate
from linefinder.domain.rate import Rate
from tests.support.rooms import House, open_house


class ByHand(Rate):
    """A limit whose clock is moved by hand."""

    at = 1000.0

    def take(self, key: str, now: float) -> float:
        return super().take(key, self.at)


@contextmanager
def limited(folder: Path, limit: int, **settings: Any) -> Iterator[House]:
    with open_house(folder, REST_RATE_LIMIT=str(limit), **settings) as house:
        house.wiring.rates = ByHand(limit)
        yield house


def answers(house: House, path: str, times: int, address: str = "192.0.2.1") -> list[int]:
    client, base = house.app.test_client(), {"REMOTE_ADDR": address}
    return [_status(client.get(path, environ_base=base)) for _ in range(times)]


def _status(answer: TestResponse) -> int:
    answer.close()  # else a static file stays open
    return answer.status_code


def test_an_address_that_asks_too_often_waits(tmp_path: Path) -> None:
    with limited(tmp_path, 6) as house:
        assert answers(house, "/api/sports", 7) == [200] * 6 + [429]
        assert answers(house, "/api/sports", 1, "192.0.2.2") == [200]
        refused = house.app.test_client().get(
            "/api/sports", environ_base={"REMOTE_ADDR": "192.0.2.1"}
        )
        assert refused.headers["Retry-After"] == "10"
        assert refused.get_json()["code"] == "too_many_requests"
        ByHand.at += 10
        assert answers(house, "/api/sports", 2) == [200, 429]
        ByHand.at += 60
        assert answers(house, "/api/sports", 7) == [200] * 6 + [429]


def test_pages_streams_and_histories_count_static_files_and_health_do_not(tmp_path: Path) -> None:
    with limited(tmp_path, 3) as house:
        house.wiring.listeners.goodbye({})
        for number, path in enumerate(("/status", "/api/stream/nba", "/api/events/e1/history")):
            address = f"192.0.2.{10 + number}"
            assert answers(house, path, 4, address)[-1] == 429
            for free in ("/api/health", "/sw.js", "/assets/1/board.css", "/static/early.js"):
                assert 429 not in answers(house, free, 5, address), free
        page = house.app.test_client().get("/nba", environ_base={"REMOTE_ADDR": "192.0.2.10"})
        assert (page.status_code, page.headers["Retry-After"]) == (429, "20")
        assert "Not so fast" in page.get_data(as_text=True)


def test_no_limit_is_no_limit(tmp_path: Path) -> None:
    with open_house(tmp_path, REST_RATE_LIMIT="0") as house:
        assert answers(house, "/api/sports", 150) == [200] * 150


def test_a_guessed_token_counts_too(tmp_path: Path) -> None:
    with limited(tmp_path, 5, REFRESH_TOKEN="right") as house:
        client = house.app.test_client()
        wrong = {"Authorization": "Bearer wrong"}
        tries = [client.post("/api/refresh/nba", headers=wrong).status_code for _ in range(6)]
        assert tries == [401] * 5 + [429]


def test_a_household_of_ipv6_counts_as_one(tmp_path: Path) -> None:
    with limited(tmp_path, 2) as house:
        assert answers(house, "/api/sports", 2, "2001:db8:1:2::1") == [200, 200]
        assert answers(house, "/api/sports", 1, "2001:db8:1:2:ffff::9") == [429]
        assert answers(house, "/api/sports", 1, "2001:db8:1:3::1") == [200]


@given(st.integers(1, 200), st.lists(st.floats(0, 40), min_size=1, max_size=300))
def test_no_minute_ever_holds_more_than_twice_the_limit(limit: int, pauses: list[float]) -> None:
    """A rested burst and what a minute gives: never more; and whoever waits as told is let in."""
    kept, now, taken = Rate(limit), 0.0, []
    for pause in pauses:
        now += pause
        wait = kept.take("a", now)
        if wait:
            now += wait + 1e-6
            assert kept.take("a", now) == 0
        taken.append(now)
    for start in taken:
        assert sum(start <= at < start + 60 for at in taken) <= 2 * limit


def test_many_addresses_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate, "KEPT", 100)
    kept = Rate(1)
    for number in range(5000):
        kept.take(f"{random.random()}", number * 0.001)
        assert len(kept._rested_at) <= 100
