"""What must hold whatever breaks: a crew of viewers that check every version, and the laws."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from linefinder.domain.feed import limit
from linefinder.domain.odds import parse_time
from tests.support.client import BoardClient
from tests.support.engines import Postgres
from tests.support.judge import checksum_of

CONVERGED_WITHIN = 5.0
STAMP_SLACK = timedelta(seconds=3)
POLLS = (
    "SELECT started_at, credits FROM polls WHERE what = 'odds' AND NOT manual AND credits > 0"
    " ORDER BY started_at"
)


class Crew:
    """Viewers of the NBA's board at several addresses, who come back by themselves and keep all that
    they hear."""

    def __init__(self, urls: Sequence[str], each: int) -> None:
        self._clock = time.time() - time.monotonic()
        self.clients = [
            BoardClient(url, "nba", silence=20.0, delays=(0.1, 1.0))
            for url in urls
            for _ in range(each)
        ]

    def reach(self, version: int, within: float = CONVERGED_WITHIN) -> None:
        """Every viewer holds this version or a later one soon."""
        ends = time.monotonic() + within
        while behind := [one for one in self.clients if (one.board.version or 0) < version]:
            assert time.monotonic() < ends, f"{version} is not held by {behind[0].url} {behind[:3]}"
            time.sleep(0.05)

    def leave(self) -> None:
        for client in self.clients:
            client.close()

    def obey(self, of_our_time: bool = True) -> int:
        """Check the laws of what was heard; how many updates that were. `of_our_time`: the server's
        clock shows the time that ours does."""
        return sum(self._obeys(client, of_our_time) for client in self.clients)

    def _obeys(self, client: BoardClient, of_our_time: bool) -> int:
        assert not client.failures, client.failures
        assert client.mismatches == 0, client
        version, updates = None, 0
        for message in client.named("odds_snapshot", "odds_update"):
            body = message.body
            if message.name == "odds_snapshot":
                assert version is None, f"a board of {body['version']} where {version} was held"
            elif body["version"] <= version:
                continue  # it asked anew while this was on its way
            else:
                assert body["from"] == version, f"{body['from']} follows {version}"
                updates += 1
            version = body["version"]
        if of_our_time:
            self._is_live_in_truth(client)
        return updates

    def _is_live_in_truth(self, client: BoardClient) -> None:
        """Nobody is told 'live' of data that is older than the limit of any event."""
        starts = [parse_time(event["starts_at"]) for event in client.board.events.values()]
        for message in client.messages:
            feed = message.body.get("feed") or {}
            if feed.get("status") != "live":
                continue
            at = datetime.fromtimestamp(self._clock + message.at, UTC)
            oldest = min((limit(start, at) for start in starts), default=timedelta(hours=2))
            age = at - parse_time(feed["data_at"])
            assert age <= oldest + STAMP_SLACK, f"'live' of data that is {age} old"


def converged(crew: Crew, database: Postgres) -> int:
    """Once polls rest: everybody holds what is stored, line by line; its version."""
    [(stored, checksum)] = database.query(
        "SELECT version, checksum FROM sports WHERE key = 'basketball_nba'"
    )
    version = int(str(stored))
    crew.reach(version)
    for client in crew.clients:
        assert (client.board.version, checksum_of(client.board.events)) == (version, checksum)
    return version


def paid_once(database: Postgres, interval: float) -> None:
    """No planned slot was paid by two processes: no two polls begin within half an interval."""
    begun = [int(str(row[0])) for row in database.query(POLLS)]
    apart = [after - before for before, after in pairwise(begun)]
    assert min(apart, default=interval * 1000) >= interval * 500, sorted(apart)[:5]


def open_files(pid: int) -> int:
    """How many files a process has open."""
    return len(os.listdir(f"/proc/{pid}/fd"))


def resident_mb(pid: int) -> float:
    """Its memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def version_stored(database: Postgres) -> int:
    found: list[Any] = database.query("SELECT version FROM sports WHERE key = 'basketball_nba'")
    return int(found[0][0])
