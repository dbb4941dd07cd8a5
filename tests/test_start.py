"""Starting the server for real: what it says, what it refuses, and what it keeps to itself."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.canary import CANARY
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.waiting import until

SECRET = CANARY


def refused(folder: Path, **settings: object) -> str:
    """What a server says that can't start: one line, no traceback, exit code 1."""
    server = Server(folder, **settings)
    server.launch()
    assert server.wait() == 1
    server.close()
    said = server.log.strip()
    assert len(said.splitlines()) == 1, said
    return said


@pytest.mark.slow
def test_without_a_key_a_moving_demo_starts(start_server: Callable[..., Server]) -> None:
    server = start_server(POLL_INTERVAL_SECONDS=1)
    server.await_log(f"http://127.0.0.1:{server.port}")
    assert "demo" in server.log.lower()
    until(lambda: server.rest("/api/odds/nba").json()["version"] >= 2, what="it moves")
    for path in ("/", "/nba", "/nfl", "/status", "/nowhere"):
        assert "Demo odds" in server.rest(path).text, path
    assert "WARNING" not in server.log, "all is as it should be"
    assert server.stop() == 0


@pytest.mark.slow
def test_the_first_polls_of_a_small_plan_are_paid_for_once(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    sandbox = start_sandbox("--credits", "500")
    settings = sandbox.settings(ODDS_API_KEY=SECRET, POLL_SPORTS="nba,nfl", POLL_ENABLED="true")
    server = start_server(**settings)

    def feeds() -> list[Any]:
        return [server.rest(f"/api/odds/{sport}").json()["feed"] for sport in ("nba", "nfl")]

    until(lambda: all(feed["data_at"] for feed in feeds()), what="both sports were polled")
    server.await_log("forecast")  # the start is over
    until(lambda: server.log.count("INFO polled") >= 2, what="both polls are told")
    assert server.log.count("INFO polled") == 2
    assert feeds()[0]["quota"]["used"] == sandbox.state()["account"]["used"] == 6


@pytest.mark.slow
def test_with_a_key_nothing_is_paid_before_it_is_told(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    sandbox = start_sandbox("--credits", "500")
    settings = sandbox.settings(ODDS_API_KEY=SECRET, POLL_SPORTS="nba,nfl")
    server = start_server(**settings)
    until(lambda: "times a day" in server.rest("/status").text, what="the forecast is there")
    page = server.rest("/nba").text
    assert "Polling is off" in page
    assert "Refresh" in page
    assert "Demo odds" not in page
    assert "odds" not in sandbox.state()["calls"]
    assert server.rest("/api/refresh/nba", "POST").json()["changed"] is True
    assert sandbox.state()["calls"]["odds"] == 1
    assert SECRET not in server.log + server.rest("/status").text + server.rest("/metrics").text
    assert SECRET.encode() not in Path(str(server.env["DATABASE_URL"])[10:]).read_bytes()


@pytest.mark.slow
def test_a_prefix_covers_pages_api_and_socket(
    start_sandbox: Callable[..., Sandbox],
    start_server: Callable[..., Server],
    join_board: Callable[..., object],
) -> None:
    settings = start_sandbox().settings(URL_PREFIX="/odds", POLL_SPORTS="nba")
    server = start_server(**settings)
    assert server.rest("/api/refresh/nba", "POST").ok
    page = server.rest("/nba").text
    assert 'href="/odds/' in page
    assert 'href="/static' not in page
    client = join_board(server.url, "nba")
    client.wait_until(lambda one: one.board.version == 1)  # type: ignore[attr-defined]
    outside = server.http.get(f"http://127.0.0.1:{server.port}/nba", timeout=60)
    assert outside.status_code == 404


@pytest.mark.slow
def test_a_taken_port_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(tmp_path, PORT=port)
    assert str(port) in said


@pytest.mark.slow
def test_a_database_that_can_not_be_used_is_one_clear_line(tmp_path: Path) -> None:
    said = refused(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path / 'no' / 'board.db'}")
    assert "board.db" in said
    assert "DATABASE_URL" in said
    no_file = tmp_path / "text.db"
    no_file.write_text("no database at all, " * 100)
    assert "text.db" in refused(tmp_path, DATABASE_URL=f"sqlite:///{no_file}")


@pytest.mark.slow
def test_an_unmigrated_postgres_names_the_command(tmp_path: Path, postgres_url: str) -> None:
    assert "flask --app app db upgrade" in refused(tmp_path, DATABASE_URL=postgres_url)


@pytest.mark.slow
def test_a_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    said = refused(tmp_path, POLL_INTERVAL_SECONDS="often")
    assert "POLL_INTERVAL_SECONDS=often" in said
    assert "a number of seconds from 1 to 86400" in said
    assert "REFRESH_TOKEN" in refused(tmp_path, HOST="0.0.0.0")


@pytest.mark.slow
def test_an_unreadable_file_of_settings_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "settings"
    file.write_bytes(b"PORT=\xff\n")
    assert "not UTF-8" in refused(tmp_path, LINEFINDER_ENV_FILE=file)


@pytest.mark.slow
def test_a_misspelt_setting_is_said_at_the_start(
    tmp_path: Path, start_server: Callable[..., Server]
) -> None:
    file = tmp_path / "settings"
    file.write_text("POLL_SPORT=nba\n")
    start_server(LINEFINDER_ENV_FILE=file).await_log("sets POLL_SPORT, which is no setting")
