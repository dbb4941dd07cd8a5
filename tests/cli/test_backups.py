"""flask backup and restore, as an operator runs them beside a server and after an accident."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.recordings import ROOT
from tests.support.rooms import open_house
from tests.support.sandbox import Sandbox
from tests.support.server import Server


def flask(server: Server, *arguments: object) -> subprocess.CompletedProcess[str]:
    """A command of ours on the database of a server."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *map(str, arguments)],
        cwd=ROOT,
        env=dict(server.env),
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.slow
def test_a_board_is_backed_up_while_it_runs_and_comes_back_under_a_new_epoch(
    tmp_path: Path,
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., object],
) -> None:
    sandbox, kept = start_sandbox("--refresh", "0.2"), tmp_path / "board.backup"
    settings = {"POLL_SPORTS": "nba", "POLL_ENABLED": "true", "POLL_INTERVAL_SECONDS": 1}
    server = start_server(**sandbox.settings(**settings))
    viewer = join_board(server.url, "nba")
    viewer.wait_until(lambda one: (one.board.version or 0) >= 2)  # type: ignore[attr-defined]
    done = flask(server, "backup", kept)
    assert done.returncode == 0, done.stderr
    assert "rows of" in done.stdout
    busy = flask(server, "restore", kept, "--force")
    assert (busy.returncode, "stop it first" in busy.stderr) == (3, True)
    epoch = server.rest("/api/odds/nba").json()["epoch"]
    server.stop()
    restored = flask(server, "restore", kept, "--force")
    assert restored.returncode == 0, restored.stderr
    assert "begins a new epoch" in restored.stdout
    beside = tmp_path / "beside.db"
    own, server.env = server.env, {**server.env, "DATABASE_URL": f"sqlite:///{beside}"}
    assert flask(server, "restore", kept).returncode == 0
    assert beside.stat().st_mode & 0o077 == 0, "it holds where alerts go"
    server.env = own
    server.start()
    viewer.wait_until(lambda one: one.board.epoch not in (None, epoch), 60)  # type: ignore[attr-defined]


def test_an_empty_database_replaces_no_good_backup(tmp_path: Path) -> None:
    """Each night, with --force, and one day under a wrong DATABASE_URL."""
    kept = tmp_path / "board.backup"
    kept.write_text("the last good one")
    with open_house(tmp_path) as house:
        house.execute("DELETE FROM epochs")
        house.execute("DELETE FROM sports")
        done = house.app.test_cli_runner().invoke(args=["backup", str(kept), "--force"])
    assert (done.exit_code, "DATABASE_URL" in done.output) == (1, True)
    assert kept.read_text() == "the last good one"
    assert [path.name for path in tmp_path.glob("*.part")] == []
