"""What the machine gives: a browser that complains, databases of one's own, recorded answers."""

from __future__ import annotations

import psycopg
import redis
from playwright.sync_api import Page

from tests.support.chromium import Complaints
from tests.support.recordings import Recordings
from tests.support.waiting import until


def test_a_page_is_heard_when_it_complains(page: Page, complaints: Complaints) -> None:
    page.set_content(
        "<script>console.error('dull'); setTimeout(() => { throw Error('bad') })</script>"
    )
    until(lambda: page.evaluate("1") and len(complaints.left()) == 2, what="both complain")
    assert [text.split(":")[0] for text in complaints.left()] == ["console", "page error"]
    complaints.allow("dull|bad")


def test_each_test_has_an_empty_postgres_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'")
        assert tables.fetchone() == (0,)
        connection.execute("create table left_behind (id int)")


def test_each_test_has_a_redis_database_of_its_own(redis_url: str, redis_channel: str) -> None:
    with redis.Redis.from_url(redis_url) as database:
        assert database.dbsize() == 1  # the claim
        database.set(redis_channel, "x")


def test_the_recordings_are_read_in_order(recordings: Recordings) -> None:
    assert "mlb-2026-08-5min" in recordings.names()
    polls = recordings.polls("wnba-2026-07")
    first, second = next(polls), next(polls)
    polls.close()  # type: ignore[attr-defined]
    assert first.at < second.at
    assert first.at.tzinfo is not None
    assert first.sport == "basketball_wnba"
    assert first.odds[0]["bookmakers"]
    assert "v4_sports_20221123" in recordings.responses()
    assert b"INVALID_KEY" in recordings.errors()["401_INVALID_KEY"]
