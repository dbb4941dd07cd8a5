"""The faults: each breaks something of a cluster, and heals it again."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable

import requests

from tests.support.cluster import Cluster
from tests.support.laws import version_stored
from tests.support.process import Program
from tests.support.waiting import until

HOLDER = "SELECT holder FROM leases WHERE key = 'poller'"
PROVIDER = (
    *("status", "timeout", "slow", "cut", "garbage", "not_a_list"),
    *("malformed_event", "rate_limit", "no_headers"),
)
Fault = Callable[[Cluster, random.Random], None]


def leader(cluster: Cluster) -> Program:
    """The process that holds the lease, once there is one that lives."""

    def found() -> Program | None:
        rows = cluster.postgres.query(HOLDER)
        pids = {int(str(row[0]).rsplit(":", 2)[1]) for row in rows}
        alive = [one for one in cluster.programs[1:] if one.exit_code is None]
        return next((one for one in alive if one.pid in pids), None)

    return until(found, 20, "somebody polls")  # type: ignore[return-value]


def kill_the_leader(cluster: Cluster, chance: random.Random) -> None:
    victim = leader(cluster)
    time.sleep(chance.random())  # somewhere in a poll or between two
    victim.kill()
    until(lambda: leader(cluster) is not victim, 20, "another one polls")
    victim.start()


def kill_a_web_process(cluster: Cluster, chance: random.Random) -> None:
    victim = chance.choice(cluster.webs)
    time.sleep(chance.random())
    victim.restart()


def hang_a_web_process(cluster: Cluster, chance: random.Random) -> None:
    """It takes connections and answers nothing: nginx asks another, and who must have waited gets an
    answer all the same."""
    victim = chance.choice(cluster.webs)
    assert victim.process is not None
    victim.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(len(cluster.webs)):
            assert requests.get(f"{cluster.nginx.url}/api/sports", timeout=25).ok
    finally:
        victim.process.send_signal(signal.SIGCONT)


def stop_the_leader_for_a_while(cluster: Cluster, chance: random.Random) -> None:
    """It wakes up and still believes that it leads, as somebody else does."""
    victim = leader(cluster)
    assert victim.process is not None
    victim.process.send_signal(signal.SIGSTOP)
    try:
        # on one machine nobody sees that it does not run: its lease has to run out
        until(lambda: leader(cluster) is not victim, 25, "the lease runs out", every=0.2)
    finally:
        victim.process.send_signal(signal.SIGCONT)


def take_the_lease_away(cluster: Cluster, chance: random.Random) -> None:
    """Two believe at once that they lead. Between two polls: a lease that is not stolen outlives any
    call, and one that is on its way while it is stolen would be paid for rightly."""
    stored = version_stored(cluster.postgres)
    until(lambda: version_stored(cluster.postgres) > stored, 30, "a poll has just ended")
    others = [one for one in cluster.programs[1:] if one is not leader(cluster)]
    pid = chance.choice(others).pid
    lease = "UPDATE leases SET holder = split_part(holder, ':', 1) || ':{}:stolen'"
    cluster.postgres.query(lease.format(pid) + " WHERE key = 'poller'")
    cluster.postgres.query("UPDATE leases SET until = until - 9000 WHERE key = 'poller'")


def cut_connections_of_the_database(cluster: Cluster, chance: random.Random) -> None:
    for _ in range(3):
        cluster.postgres.hang_up()
        time.sleep(chance.random() * 0.3)


def restart_the_database(cluster: Cluster, chance: random.Random) -> None:
    cluster.postgres.restart()


def kill_redis(cluster: Cluster, chance: random.Random) -> None:
    cluster.redis.stop(signal.SIGKILL)
    time.sleep(chance.random())
    cluster.redis.start()


def hang_redis(cluster: Cluster, chance: random.Random) -> None:
    cluster.redis.send(signal.SIGSTOP)
    time.sleep(1)
    cluster.redis.send(signal.SIGCONT)


def flush_redis(cluster: Cluster, chance: random.Random) -> None:
    cluster.redis.flush()


def reload_nginx(cluster: Cluster, chance: random.Random) -> None:
    cluster.nginx.reload()


def break_the_provider(cluster: Cluster, chance: random.Random) -> None:
    for kind in chance.sample(PROVIDER, 2):
        cluster.sandbox.fault(kind, count=1, endpoint="odds", seconds=1.0)
    time.sleep(1)
    cluster.sandbox.clear_faults()


def cut_the_network(cluster: Cluster, chance: random.Random) -> None:
    cluster.network.cut()


def stall_the_network(cluster: Cluster, chance: random.Random) -> None:
    cluster.network.pause()
    time.sleep(1)
    cluster.network.resume()


def slow_the_network(cluster: Cluster, chance: random.Random) -> None:
    cluster.network.delay = 0.2
    time.sleep(1)
    cluster.network.delay = 0.0


FAULTS: tuple[Fault, ...] = (
    kill_the_leader,
    kill_a_web_process,
    take_the_lease_away,
    cut_connections_of_the_database,
    restart_the_database,
    kill_redis,
    hang_redis,
    flush_redis,
    reload_nginx,
    break_the_provider,
    cut_the_network,
    stall_the_network,
    slow_the_network,
)
