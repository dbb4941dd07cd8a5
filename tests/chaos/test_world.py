"""What no process can help: the clock of the machine jumps, and a cable is pulled out for a while."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.live.test_slow import clients
from tests.support.laws import Crew
from tests.support.need import need
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.long
INTERVAL = 1.0
SETTINGS = {"POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": INTERVAL, "POLL_SPORTS": "nba"}
SETTINGS |= {"POLL_ALLOW_EXHAUSTION": "true"}
FAKED = ("/usr/lib/*/faketime/libfaketimeMT.so.1", "/usr/lib/faketime/libfaketimeMT.so.1")
JUMPS = ("+1h", "-1h", "+40m", "+0")
"""Where the clock is set to, beside the true time."""
HERE, THERE = "10.219.7.1", "10.219.7.2"
NEW_NETWORK = 0x40000000
"""CLONE_NEWNET of setns(2)."""


def faker() -> str:
    """The library that tells a process another time; its steady clock stays true."""
    found = [str(path) for pattern in FAKED for path in Path("/").glob(pattern[1:])]
    return need(found, "libfaketime (Debian: faketime) lacks")[0]


def version_of(server: Server) -> int:
    return int(server.rest("/api/odds/nba").json()["version"])


def test_a_clock_that_jumps_stops_no_poll_and_makes_nothing_old_look_fresh(
    tmp_path: Path,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    faked = {
        "LD_PRELOAD": faker(),
        "FAKETIME_TIMESTAMP_FILE": clock,
        "FAKETIME_NO_CACHE": 1,
        "FAKETIME_DONT_FAKE_MONOTONIC": 1,
    }
    sandbox = start_sandbox("--refresh", "0.3")
    server = start_server(**sandbox.settings(**SETTINGS), **faked)
    crew = Crew([server.url], 20)
    began = time.monotonic()
    try:
        crew.reach(1, 20)
        for jump in JUMPS:
            clock.write_text(jump)
            crew.reach(version_of(server) + 3, 30)
            feed = server.rest("/api/odds/nba").json()["feed"]
            assert feed["status"] in ("live", "delayed"), (jump, feed)
        crew.obey(of_our_time=False)
        assert {one.connects for one in crew.clients} == {1}, "nobody noticed"
        told = [one.body["time"] for one in crew.clients[0].named("odds_update")]
        assert told == sorted(told), "no version is older than the one before"
    finally:
        crew.leave()
    spent = time.monotonic() - began
    polls = server.log.count("polled basketball_nba")
    assert polls <= spent / INTERVAL + len(JUMPS) + 2, "none is paid twice"
    assert server.log.count("clock_set_back") >= 2
    assert "Traceback" not in server.log


@contextmanager
def apart(name: str) -> Iterator[str]:
    """A network of its own for viewers, reached by a cable from HERE to THERE: the cable's name."""
    need(os.geteuid() == 0, "a network of its own takes root")
    need(shutil.which("ip", path=f"{os.environ['PATH']}:/usr/sbin"), "ip (iproute2) lacks")
    cable = f"{name}-a"
    run = [
        f"ip netns add {name}",
        f"ip link add {cable} type veth peer name {name}-b netns {name}",
        f"ip addr add {HERE}/24 dev {cable}",
        f"ip link set {cable} up",
        f"ip -n {name} addr add {THERE}/24 dev {name}-b",
        f"ip -n {name} link set {name}-b up",
        f"ip -n {name} link set lo up",
    ]
    try:
        for command in run:
            subprocess.run(command.split(), check=True)
        yield cable
    finally:
        subprocess.run(["ip", "netns", "del", name], check=False)


def inside(name: str, work: Callable[[], Any]) -> Any:
    """Do `work` in a thread that lives in a network; what it starts lives there too."""

    def go() -> Any:
        libc = ctypes.CDLL(None, use_errno=True)
        with open(f"/run/netns/{name}") as network:
            if libc.setns(network.fileno(), NEW_NETWORK):
                raise OSError(ctypes.get_errno(), "setns")
        return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(go).result()


@pytest.mark.root
def test_a_cable_that_is_pulled_out_costs_just_what_was_missed(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    """No connection is closed by anybody: both ends have to find out."""
    name = f"lf{os.getpid() % 100_000}"
    with apart(name) as cable:
        sandbox = start_sandbox("--refresh", "0.3")
        settings = {"HOST": "0.0.0.0", "REFRESH_TOKEN": "owner", "DATA_ACCESS": "open"}
        settings |= {"ALLOWED_ORIGINS": f"http://{HERE}", "WS_PING_INTERVAL_SECONDS": "5"}
        server = start_server(**sandbox.settings(**SETTINGS), **settings)
        far = server.url.replace("127.0.0.1", HERE)
        near, crew = Crew([server.url], 2), inside(name, lambda: Crew([far], 20))
        try:
            crew.reach(1, 20)
            subprocess.run(["ip", "link", "set", cable, "down"], check=True)
            until(lambda: clients(server) == 2, 60, "the server finds out who is gone")
            near.reach(version_of(server) + 1, 10)
            subprocess.run(["ip", "link", "set", cable, "up"], check=True)
            crew.reach(version_of(server), 60)
            until(lambda: clients(server) == 22, 30, "everybody is back, and nobody twice")
            assert crew.obey() > 0
            near.obey()
        finally:
            crew.leave()
            near.leave()
    assert "Traceback" not in server.log
