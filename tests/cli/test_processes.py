"""Commands and a server beside each other, as processes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.canary import CANARY
from tests.support.process import Program
from tests.support.recordings import ROOT
from tests.support.sandbox import Sandbox
from tests.support.server import Server

BY_HAND = {"REFRESH_COOLDOWN_SECONDS": 0, "POLL_SPORTS": "nba", "POLL_ENABLED": "false"}


class OfFlask(Sandbox):
    COMMAND = ("-m", "flask", "--app", "app", "sandbox")


def flask(server: Server, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    return subprocess.run(
        command, cwd=ROOT, env=server.env, capture_output=True, text=True, timeout=120, check=False
    )


@pytest.mark.slow
def test_a_running_server_refreshes_and_keeps_others_from_polling(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    server = start_server(**start_sandbox().settings(**BY_HAND, REFRESH_TOKEN="letmein"))
    done = flask(server, "refresh", "nba", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["version"] == 1
    kept = flask(server, "poll", "nba")
    assert kept.returncode == 3
    assert "refresh nba" in kept.stderr
    board = json.loads(flask(server, "odds", "nba", "--json").stdout)
    assert board["events"] == server.rest("/api/odds/nba").json()["events"]
    server.stop()
    alone = flask(server, "poll", "nba")
    assert alone.returncode == 0, alone.stderr
    gone = flask(server, "refresh", "nba")
    assert gone.returncode == 1
    assert "start it" in gone.stderr
    for one in (done, kept, alone, gone):
        assert CANARY not in one.stdout + one.stderr


@pytest.mark.slow
def test_a_server_polls_the_sandbox_of_the_shell(
    tmp_path: Path, start_server: Callable[..., Server], programs: list[Program]
) -> None:
    sandbox = OfFlask(tmp_path)
    programs.append(sandbox)
    sandbox.start()
    server = start_server(**sandbox.settings(**BY_HAND))
    assert server.rest("/api/refresh/nba", "POST").json()["version"] == 1
    assert f"ODDS_API_URL={sandbox.url}" in sandbox.log
    assert sandbox.stop() == 0
