"""REST about the past: the board at a moment, the history of lines."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from linefinder.domain.odds import iso_ms
from linefinder.store.prune import prune
from tests.support.rooms import NBA, House
from tests.support.upstream import odds_of
from tests.web.test_api import refused

HOME = "Boston Celtics"
MS = timedelta(milliseconds=1)


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def board(client: FlaskClient, at: str, **headers: str) -> Any:
    return client.get("/api/odds/nba", query_string={"at": at}, headers=headers)


def test_a_board_is_served_as_it_stood(house: House, client: FlaskClient) -> None:
    first = client.get("/api/odds/nba").get_json()
    house.poll(odds_of(-130))
    until = iso_ms(house.clock())
    for at in (house.clock() - MS, house.clock() - timedelta(seconds=60)):
        served = board(client, iso_ms(at)).get_json()
        assert {**served, "feed": None} == {**first, "feed": None, "until": until}
        assert served["feed"]["data_at"] == first["feed"]["data_at"]
    house.clock.pass_by(1)
    assert board(client, until).get_json()["until"] is None


def test_the_present_serves_a_moment_that_is_yet_to_come(house: House, client: FlaskClient) -> None:
    assert board(client, "2999-01-01T00:00:00Z").data == client.get("/api/odds/nba").data
    assert board(client, iso_ms(house.clock())).data == client.get("/api/odds/nba").data
    # also where there never was a board
    assert client.get("/api/odds/mlb?at=2999-01-01T00:00:00Z").get_json()["version"] == 0


def test_before_the_first_board_there_is_none(house: House, client: FlaskClient) -> None:
    refused(board(client, iso_ms(house.clock() - MS)), 404, "before_first")
    refused(client.get("/api/odds/mlb?at=2020-01-01T00:00:00Z"), 404, "before_first")
    early = board(client, "0001-01-01T00:00:00Z")
    refused(early, 404, "before_first")
    kept = early.get_json()["detail"].rsplit(" ", 1)[1]
    assert board(client, kept).get_json()["version"] == 1


def test_what_was_pruned_is_gone(house: House, client: FlaskClient) -> None:
    first = house.clock()
    house.poll(odds_of(-130), seconds=86_400)
    house.clock.pass_by(40 * 86_400)
    with house.app.app_context():
        prune(30, house.clock())
    refused(board(client, iso_ms(first)), 410, "pruned")
    assert board(client, iso_ms(first + timedelta(days=1))).status_code == 200


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-11-23", "2026-11-23T21:00:05", "2026-13-01T00:00:00Z", "x" * 4000,
     "0001-01-01T00:00:00+23:00", "9999-12-31T23:59:59-23:59", "\x00", "1e9"],
)  # fmt: skip
def test_a_bad_time_is_named(text: str, client: FlaskClient) -> None:
    problem = refused(board(client, text), 400, "bad_request")
    assert repr(text[:64]) in problem["detail"]


def test_the_etag_of_a_past_board_is_kept(house: House, client: FlaskClient) -> None:
    at = iso_ms(house.clock())
    house.poll(odds_of(-130))
    tag = board(client, at).headers["ETag"]
    assert board(client, at, **{"If-None-Match": tag}).status_code == 304
    house.poll(odds_of(-140))
    assert board(client, at, **{"If-None-Match": tag}).status_code == 304
    assert client.get("/api/odds/nba", headers={"If-None-Match": tag}).status_code == 200


def test_a_history_is_a_list_of_pieces(house: House, client: FlaskClient) -> None:
    began = iso_ms(house.clock())
    house.poll(odds_of(-130))
    moved = iso_ms(house.clock())
    which = {"market": "h2h", "bookmaker": "fanduel", "outcome": HOME}
    pieces = client.get("/api/events/e1/history", query_string=which).get_json()
    line = {"bookmaker": "fanduel", "market": "h2h", "outcome": HOME}
    american = {"odds_format": "american"}
    assert pieces == [
        {**line, "price": -110, "point": None, "from": began, "to": moved, **american},
        {**line, "price": -130, "point": None, "from": moved, "to": None, **american},
    ]
    everything = client.get("/api/events/e1/history").get_json()
    assert {piece["market"] for piece in everything} == {"h2h", "totals"}
    assert client.get("/api/events/e1/history?market=none").get_json() == []
    refused(client.get("/api/events/none/history"), 404, "unknown_event")


def test_a_history_outlives_the_event_on_the_board(house: House, client: FlaskClient) -> None:
    house.poll()
    refused(client.get("/api/events/e1"), 404, "unknown_event")
    pieces = client.get("/api/events/e1/history").get_json()
    assert {piece["to"] for piece in pieces} == {iso_ms(house.clock())}


def test_a_history_comes_as_csv_to_whoever_asks(house: House, client: FlaskClient) -> None:
    house.poll(odds_of(books=("=1+1",)))
    by_format = client.get("/api/events/e1/history?format=csv")
    by_accept = client.get("/api/events/e1/history", headers={"Accept": "text/csv"})
    assert by_format.data == by_accept.data
    assert by_accept.mimetype == "text/csv"
    assert "Accept" in by_accept.headers["Vary"]
    header, *rows = csv.reader(StringIO(by_accept.text))
    names = ["bookmaker", "market", "outcome", "price", "point", "from", "to"]
    assert header[:7] == names
    pieces = client.get("/api/events/e1/history", headers={"Accept": "*/*"}).get_json()
    assert len(rows) == len(pieces)
    assert rows[0][3:5] == ["-110", ""]
    assert {row[0] for row in rows} == {"draftkings", "fanduel", "'=1+1"}


def test_bad_questions_are_named(client: FlaskClient) -> None:
    said = refused(client.get("/api/events/e1/history?format=xml"), 400, "bad_request")
    assert "'xml'" in said["detail"]
    said = refused(client.get(f"/api/events/e1/history?market={'x' * 300}"), 400, "bad_request")
    assert "market" in said["detail"]


def test_an_event_tells_what_its_lines_were_before(house: House, client: FlaskClient) -> None:
    for price in (-120, -130):
        house.poll(odds_of(price))
    told = client.get("/api/events/e1").get_json()
    lines = [told[which]["fanduel"]["h2h"][HOME] for which in ("openers", "previous", "lines")]
    assert lines == [[-110, None], [-120, None], [-130, None]]


def test_openers_come_once_a_version(house: House, client: FlaskClient) -> None:
    house.poll(odds_of(-120))
    first = client.get("/api/odds/nba/openers?market=h2h")
    told = first.get_json()
    assert (told["sport"], told["version"]) == (NBA, house.boards.stream(NBA).board.version)
    line = told["events"]["e1"][HOME]
    assert [change[1:] for change in line["changes"]] == [[-110, None], [-120, None]]
    kept = {"If-None-Match": first.headers["ETag"]}
    assert client.get("/api/odds/nba/openers?market=h2h", headers=kept).status_code == 304
    house.poll(odds_of(-130))
    again = client.get("/api/odds/nba/openers?market=h2h", headers=kept).get_json()
    assert again["events"]["e1"][HOME]["changes"][-1][1] == -130


def test_openers_are_of_a_market_of_a_known_sport(house: House, client: FlaskClient) -> None:
    assert client.get("/api/odds/nba/openers?market=none").get_json()["events"] == {}
    said = refused(client.get("/api/odds/nba/openers"), 400, "bad_request")
    assert "?market=h2h" in said["detail"]
    refused(client.get("/api/odds/cricket/openers?market=h2h"), 404, "unknown_sport")
