"""A board of several processes for a test, and viewers who are everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.cluster import Cluster
from tests.support.engines import lacking
from tests.support.laws import Crew
from tests.support.need import need
from tests.support.proxy import Proxy

INTERVAL = 1.0


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    """PostgreSQL, Redis, nginx, two web processes and a poller, any of which may poll."""
    need(not lacking(), f"this machine lacks {', '.join(lacking())}")
    made = Cluster(
        tmp_path, webs_poll=True, POLL_INTERVAL_SECONDS=INTERVAL, REFRESH_COOLDOWN_SECONDS=0
    )
    try:
        made.start()
        yield made
    finally:
        made.close()


@pytest.fixture
def crew(cluster: Cluster, put_between: Callable[[str], Proxy]) -> Iterator[Crew]:
    """22 viewers: through nginx, at each process, and through a bad network."""
    cluster.network = put_between(cluster.nginx.url)
    urls = [cluster.nginx.url, cluster.nginx.url, *(web.url for web in cluster.webs)]
    made = Crew([*urls, cluster.network.url], 4)
    made.clients += Crew([cluster.network.url], 2).clients
    try:
        made.reach(1, 30)
        yield made
    finally:
        made.leave()
