"""The pages as text: nothing inline, every name inert, every address under the prefix."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from linefinder.board import Stream
from linefinder.domain.checksum import checksum
from linefinder.domain.odds import Board
from linefinder.factory import create_app
from linefinder.store import engine

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
HOSTILE = "</template><script>alert(1)</script>&lt;\"' onload=x"
ID = "9f/2 ?c#<b>"
INLINE = re.compile(r"<style|\sstyle=|\son\w+=\"|javascript:", re.I)
PAGES = ["/", "/nba", "/nba?market=nonsense&odds=x", "/epl", "/status", "/nope", "/event/none"]


def hostile_board() -> Board:
    line = {"h2h": {HOSTILE: (-110, None), "Boston": (100, None)}}
    teams = {"away": HOSTILE, "home": "Boston", "starts_at": "2026-11-24T02:00:00Z"}
    events = {"e1": {**teams, "lines": {"book<": line}}}
    return Board(
        "basketball_nba", "one", "american", 1, NOW, checksum(events), {"book<": HOSTILE}, events
    )


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    settings = {
        "ODDS_API_KEY": "",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'pages.db'}",
        "POLL_SPORTS": "nba,nfl",
        "POLL_ENABLED": "false",
    }
    made = create_app(settings, instance_path=str(tmp_path), now=lambda: NOW)
    with made.app_context():
        engine.bring_up(made)
    boards = made.extensions["linefinder"].boards
    boards.swap(Stream(hostile_board()))
    boards.learn("basketball_nba", data_at=NOW - timedelta(seconds=12))
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def data_of(html: str) -> dict[str, object]:
    """What a browser finds in the page's data."""
    text = html.split('<template id="board-data">')[1].split("</template>")[0]
    found = json.loads(text.replace("&lt;", "<").replace("&amp;", "&"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("path", [*PAGES, "/event/e1"])
def test_no_page_has_anything_inline_and_all_say_demo(client: FlaskClient, path: str) -> None:
    html = client.get(path).text
    scripts = re.findall(r"<script[^>]*>([^<]*)", html)
    assert not any(script.strip() for script in scripts)
    assert "<script>" not in html
    assert not INLINE.search(re.sub(r">[^<]*<", "><", html))
    assert "Demo odds" in html


def test_the_data_of_the_page_is_the_board_of_the_page(client: FlaskClient) -> None:
    data = data_of(client.get("/nba").text)
    board = data["board"]
    assert isinstance(board, dict)
    assert board["events"] == json.loads(json.dumps(hostile_board().events))
    assert board["feed"]["status"] == "live"


def test_without_scripts_the_board_tells_age_status_and_best(client: FlaskClient) -> None:
    html = client.get("/nba").text
    for part in ("prices 12 s old", ">Live<", "Polling is off", "line-cell best", "credits a day"):
        assert part in html


def test_an_unknown_sport_lists_the_known_ones(client: FlaskClient) -> None:
    answer = client.get("/cricket<x>")
    assert answer.status_code == 404
    assert "There is no sport “cricket&lt;x&gt;”" in answer.text
    assert 'href="/wnba"' in answer.text


def test_a_sport_goes_by_alias_and_by_key(client: FlaskClient) -> None:
    assert client.get("/nba").status_code == client.get("/basketball_nba").status_code == 200


def test_an_event_shows_its_lines_and_one_that_is_gone_says_so(client: FlaskClient) -> None:
    assert "−110" in client.get("/event/e1").text
    gone = client.get("/event/e2")
    assert (gone.status_code, "is over" in gone.text) == (404, True)


def test_event_addresses_keep_awkward_ids(app: Flask, client: FlaskClient) -> None:
    board = hostile_board()
    events = {ID: board.events["e1"]}
    app.extensions["linefinder"].boards.swap(
        Stream(Board("basketball_nba", "one", "american", 1, NOW, 0, {}, events))
    )
    (address,) = set(re.findall(r'href="(/event/[^"]+)"', client.get("/nba").text)) - {"/event/0"}
    assert client.get(address).status_code == 200


def test_every_address_stands_under_the_prefix(client: FlaskClient) -> None:
    for path in PAGES:
        html = client.get(path, environ_overrides={"SCRIPT_NAME": "/odds"}).text
        addresses = re.findall(r'(?:href|src)="(/[^"]*)"', html)
        assert addresses
        assert all(address.startswith("/odds/") for address in addresses)
        assert 'data-base="/odds"' in html


def test_assets_are_kept_for_ever_under_their_version_only(client: FlaskClient) -> None:
    address = re.findall(r'src="([^"]+main\.js)"', client.get("/nba").text)[0]
    with client.get(address) as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    with client.get(re.sub(r"assets/\w+", "assets/other", address)) as answer:
        assert answer.headers["Cache-Control"] == "no-cache"
    with client.get("/favicon.ico", follow_redirects=True) as answer:
        assert answer.status_code == 200
