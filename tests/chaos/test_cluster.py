"""A board of several processes: whatever breaks, what was committed is told, once and in order."""

from __future__ import annotations

import random
import time

import pytest

from tests.chaos.conftest import INTERVAL
from tests.chaos.faults import (
    FAULTS,
    Fault,
    hang_a_web_process,
    leader,
    stop_the_leader_for_a_while,
)
from tests.support.cluster import Cluster
from tests.support.laws import Crew, converged, open_files, paid_once, resident_mb, version_stored
from tests.support.waiting import until


def break_and_heal(cluster: Cluster, crew: Crew, fault: Fault, chance: random.Random) -> None:
    """After a fault everybody soon holds what was stored by then, and polls go on."""
    began = time.monotonic()
    print(f"{fault.__name__} ...")
    fault(cluster, chance)
    stored = version_stored(cluster.postgres)
    crew.reach(stored)
    healed = time.monotonic()
    until(lambda: version_stored(cluster.postgres) > stored, 30, f"polls go on after {fault}")
    print(f"{fault.__name__}: {healed - began:.1f} s, {time.monotonic() - healed:.1f} s to go on")


def settle(cluster: Cluster, crew: Crew) -> None:
    """Switch polling off, and compare what everybody holds with what is stored."""
    off = cluster.webs[0].rest("/api/polling", "PUT", json={"enabled": False})
    assert off.ok, off.text
    until(lambda: all(not web.rest("/api/polling").json()["enabled"] for web in cluster.webs))
    standing = version_stored(cluster.postgres)
    time.sleep(1)
    until(lambda: _stands(cluster, standing), 10, "polls rest")
    converged(crew, cluster.postgres)
    for web in cluster.webs:
        assert web.rest("/api/health").ok, web.rest("/api/health").text
    paid_once(cluster.postgres, INTERVAL)


def _stands(cluster: Cluster, version: int) -> bool:
    stands = version_stored(cluster.postgres)
    time.sleep(0.5)
    return stands == version_stored(cluster.postgres)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_one_of_each_fault_loses_nothing(cluster: Cluster, crew: Crew) -> None:
    chance = random.Random(1)
    for fault in chance.sample(FAULTS, len(FAULTS)):
        break_and_heal(cluster, crew, fault, chance)
    settle(cluster, crew)
    assert crew.obey() > 100


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_a_web_process_that_hangs_is_passed_over(cluster: Cluster, crew: Crew) -> None:
    """nginx waits ten seconds for it. So many versions are then told at once to viewers that share one
    Python, which takes longer than the law allows after other faults."""
    hang_a_web_process(cluster, random.Random(1))
    crew.reach(version_stored(cluster.postgres), 30)
    settle(cluster, crew)
    assert crew.obey() > 100


@pytest.mark.long
@pytest.mark.postgres
@pytest.mark.redis
def test_faults_at_random_for_two_minutes_lose_nothing(cluster: Cluster, crew: Crew) -> None:
    chance = random.Random(2)
    break_and_heal(cluster, crew, stop_the_leader_for_a_while, chance)
    ends = time.monotonic() + 120
    while time.monotonic() < ends:
        break_and_heal(cluster, crew, chance.choice(FAULTS), chance)
    settle(cluster, crew)
    assert crew.obey() > 500
    poller = leader(cluster)
    files, memory = open_files(poller.pid), resident_mb(poller.pid)
    assert files < 60
    assert memory < 250
