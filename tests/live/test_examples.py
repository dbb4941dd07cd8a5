"""The clients of docs/examples, run as their readers would: they end with the board of REST."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.live.conftest import BY_HAND, poll
from tests.support.machine import fresh_env
from tests.support.proxy import Proxy
from tests.support.recordings import ROOT
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

pytestmark = pytest.mark.slow
EXAMPLES = ROOT / "docs" / "examples"
Run = Callable[[str, str], Callable[[], list[Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run(script, url)` starts an example on the NBA's board; called, it gives what was printed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(script: str, url: str) -> Callable[[], list[Any]]:
        said = tmp_path / f"{script}.jsonl"
        with said.open("wb") as output:
            command = [sys.executable, str(EXAMPLES / script), url, "nba"]
            env = fresh_env(DATA_TOKEN="reader")
            started.append(subprocess.Popen(command, stdout=output, env=env))
        return lambda: [
            json.loads(line) for line in said.read_text().splitlines(True) if line[-1:] == "\n"
        ]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


@pytest.mark.parametrize("script", ["verified_board.py", "board_by_events.py"])
def test_it_ends_with_the_board_of_rest_whatever_happens_on_the_way(
    script: str,
    sandbox: Sandbox,
    start_server: Callable[..., Server],
    put_between: Callable[[str], Proxy],
    run: Run,
) -> None:
    asked = {"DATA_ACCESS": "token", "DATA_TOKEN": "reader", "URL_PREFIX": "/odds"}
    server = start_server(**sandbox.settings(**BY_HAND, **asked))
    server.http.headers["Authorization"] = "Bearer reader"
    proxy = put_between(server.url)
    poll(server)
    boards = run(script, proxy.url)

    def agrees() -> bool:
        served = server.rest("/api/odds/nba").json()
        held = boards()[-1:]
        return bool(held) and {**held[0], "feed": None} == {**served, "feed": None}

    until(agrees, 20, "the first board")
    poll(server)
    until(agrees, 20, "an update")
    proxy.cut()
    poll(server)
    until(agrees, 30, "what was missed while the line was down")
    server.stop()
    server.start()
    poll(server)
    until(agrees, 60, "what came after a restart")
    versions = [board["version"] for board in boards()]
    assert versions == list(range(versions[0], versions[-1] + 1)), "no snapshot and no gap"


@pytest.mark.parametrize("script", ["verified_board.py", "board_by_events.py"])
def test_it_says_what_is_wrong(script: str, start_server: Callable[..., Server]) -> None:
    alone = subprocess.run([sys.executable, EXAMPLES / script], capture_output=True, text=True)
    assert (alone.returncode, f"python {script} http" in alone.stderr) == (1, True)
    command = [sys.executable, "-u", str(EXAMPLES / script), start_server().url, "curling"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        assert "curling" in process.stderr.readline()
        process.kill()
