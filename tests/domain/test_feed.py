"""The feed: protocol.md's table, row by row, and what must never be said."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.feed import Facts, judge, limit
from tests.domain.boards import NOW

SECOND = timedelta(seconds=1)
SOON = NOW + timedelta(minutes=30)  # its data may be 3 minutes old
OLD = NOW - timedelta(minutes=4)
FRESH = NOW - timedelta(minutes=2)
ON_TIME = NOW - timedelta(seconds=15)
LATE = ON_TIME - SECOND


@pytest.mark.parametrize(
    ("to_start", "oldest"),
    [
        (timedelta(hours=-3), 90),
        (timedelta(0), 90),
        (timedelta(seconds=1), 180),
        (timedelta(hours=1), 180),
        (timedelta(hours=1, seconds=1), 420),
        (timedelta(hours=6), 420),
        (timedelta(hours=6, seconds=1), 840),
        (timedelta(hours=24), 840),
        (timedelta(hours=24, seconds=1), 3600),
        (timedelta(days=3), 3600),
        (timedelta(days=3, seconds=1), 7200),
        (timedelta(days=300), 7200),
    ],
)
def test_the_limit_of_an_event_depends_on_its_start(to_start: timedelta, oldest: int) -> None:
    assert limit(NOW + to_start, NOW) == timedelta(seconds=oldest)


@pytest.mark.parametrize(
    ("status", "reason", "facts", "starts"),
    [
        # the last poll failed, the key is refused, the credits are gone
        ("stale", "upstream_error", {"failure": "upstream_error", "data_at": FRESH}, [SOON]),
        ("stale", "invalid_key", {"failure": "invalid_key", "data_at": FRESH}, [SOON]),
        ("stale", "out_of_credits", {"failure": "out_of_credits", "data_at": FRESH}, [SOON]),
        ("stale", "upstream_error", {"failure": "upstream_error", "data_at": None}, []),
        # beyond its limit while polling is off, or past the time of the poll
        ("stale", "paused", {"data_at": OLD, "polling": False}, [SOON]),
        ("stale", "late", {"data_at": OLD, "next_poll_at": LATE}, [SOON]),
        # no answer yet and no failure
        ("waiting", None, {"data_at": None}, []),
        ("waiting", None, {"data_at": None, "polling": False}, []),
        # no events on the board
        ("idle", None, {"data_at": OLD}, []),
        ("idle", None, {"data_at": OLD, "polling": False}, []),
        ("idle", None, {"data_at": OLD, "next_poll_at": LATE}, []),
        # every event within its limit
        ("live", None, {"data_at": FRESH}, [SOON]),
        ("live", None, {"data_at": FRESH, "polling": False}, [SOON]),
        ("live", None, {"data_at": FRESH, "next_poll_at": LATE}, [SOON]),
        # some event beyond its limit, polls on schedule
        ("delayed", None, {"data_at": OLD}, [SOON]),
        ("delayed", None, {"data_at": OLD, "next_poll_at": ON_TIME}, [SOON]),
        ("delayed", None, {"data_at": OLD, "next_poll_at": LATE, "running": True}, [SOON]),
        ("delayed", None, {"data_at": FRESH}, [SOON, NOW - SECOND]),
    ],
)
def test_each_row_of_the_table_is_judged(
    status: str, reason: str | None, facts: dict[str, Any], starts: list[Any]
) -> None:
    feed = judge(Facts(**{"polling": True, **facts}), starts, NOW)
    assert (feed.status, feed.reason) == (status, reason)


MOMENTS = st.integers(-20_000, 20_000).map(lambda seconds: NOW + seconds * SECOND)
ANY_FACTS = st.builds(
    Facts,
    data_at=st.none() | MOMENTS.filter(lambda moment: moment <= NOW),
    failure=st.none() | st.sampled_from(["upstream_error", "invalid_key", "out_of_credits"]),
    polling=st.booleans(),
    running=st.booleans(),
    next_poll_at=st.none() | MOMENTS,
)
STARTS = st.lists(MOMENTS, max_size=4)


@given(ANY_FACTS, STARTS)
def test_live_means_that_every_event_is_within_its_limit(facts: Facts, starts: list[Any]) -> None:
    feed = judge(facts, starts, NOW)
    if feed.status == "live":
        assert starts
        assert facts.data_at is not None
        assert facts.failure is None
        assert all(NOW - facts.data_at <= limit(start, NOW) for start in starts)


@given(ANY_FACTS, STARTS)
def test_fresh_events_are_counted(facts: Facts, starts: list[Any]) -> None:
    fresh, events = judge(facts, starts, NOW).fresh
    assert events == len(starts)
    assert 0 <= fresh <= events
    if facts.data_at is None:
        assert fresh == 0


@given(ANY_FACTS, STARTS, st.integers(0, 5000))
def test_time_alone_makes_no_data_fresher(facts: Facts, starts: list[Any], later: int) -> None:
    before = judge(facts, starts, NOW).fresh[0]
    assert judge(facts, starts, NOW + later * SECOND).fresh[0] <= before


@given(ANY_FACTS, STARTS)
def test_only_a_stale_feed_has_a_reason(facts: Facts, starts: list[Any]) -> None:
    feed = judge(facts, starts, NOW)
    assert (feed.reason is not None) == (feed.status == "stale")


def test_a_next_poll_is_named_only_while_polling_is_on() -> None:
    facts = Facts(data_at=FRESH, next_poll_at=SOON, polling=False)
    assert judge(facts, [SOON], NOW).next_poll_at is None


def test_ages_count_from_the_time_of_the_data() -> None:
    stamps = {"dk": NOW - 24 * SECOND, "fd": NOW + SECOND}  # clocks differ: never below zero
    feed = judge(Facts(data_at=NOW, confirmed=stamps), [], NOW + 100 * SECOND)
    assert feed.ages == {"dk": 24, "fd": 0}
    assert judge(Facts(confirmed=stamps), [], NOW).ages == {}
