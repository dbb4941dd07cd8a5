"""How an event closed, as REST tells it: what was last seen of each line, how long before the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from msgspec.structs import fields

from linefinder.store.prune import prune
from linefinder.web.rest.closing_schema import Closing
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of
from tests.web.test_api import refused

START = "2026-11-23T21:30:00Z"
BOOKS = ("draftkings", "fanduel", "betmgm")
HOME = "Boston Celtics"


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Any:
    with open_house(tmp_path, either_url) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def game(price: float = -110, books: tuple[str, ...] = BOOKS, **more: Any) -> dict[str, Any]:
    return odds_of(price, books=books, starts=START, **more)


def closes(house: House) -> None:
    """Polls at 21:00, 21:10 (betmgm goes) and 21:29, one in play at 21:31."""
    house.poll(game(-105), seconds=0)
    house.poll(game(-110), seconds=300)
    house.poll(game(-110, BOOKS[:2]), seconds=300)
    house.poll(game(-120, BOOKS[:2]), seconds=1140)
    house.poll(game(-120, BOOKS[:2]), seconds=15)
    house.poll(game(400, BOOKS[:1]), seconds=90)


def test_each_line_is_what_it_last_was_before_the_start(house: House, client: FlaskClient) -> None:
    closes(house)
    told = client.get("/api/events/e1/closing").get_json()
    assert {field.name for field in fields(Closing)} - set(told) == {"value"}
    line = told["lines"]["fanduel"]["h2h"][HOME]
    assert line == {"price": -120, "point": None, "age": 39.88, "off": False}
    assert (told["seen_at"], told["age"], told["closed"]) == (
        "2026-11-23T21:29:20.120Z",
        39.88,
        True,
    )
    assert told["odds_format"] == "american"
    assert (told["home"], told["away"], told["starts_at"]) == (HOME, "Miami Heat", START)


def test_a_line_that_was_taken_off_says_how_long_before(house: House, client: FlaskClient) -> None:
    closes(house)
    told = client.get("/api/events/e1/closing").get_json()
    line = told["lines"]["betmgm"]["h2h"][HOME]
    assert line == {"price": -110, "point": None, "age": 1494.88, "off": True}
    assert "betmgm" not in told["fair"]["books"]
    assert told["fair"]["points"]["totals"]["Over"] == [
        {"point": 221.5, "probability": 0.5, "price": 100, "books": 2}
    ]


def test_a_line_last_seen_hours_before_is_no_closing_line(
    house: House, client: FlaskClient
) -> None:
    house.poll(odds_of(starts="2026-11-23T23:30:00Z"), seconds=0)
    house.clock.pass_by(3 * 3600)
    told = client.get("/api/events/e1/closing").get_json()
    assert (told["closed"], told["age"]) == (False, 8994.88)
    assert told["lines"]["fanduel"]["h2h"][HOME]["age"] == 8994.88


def test_where_polls_are_forgotten_the_versions_say_when(house: House, client: FlaskClient) -> None:
    closes(house)
    house.execute("DELETE FROM polls")
    told = client.get("/api/events/e1/closing").get_json()
    assert told["age"] == 54.88, "of the last poll that changed something"
    assert told["lines"]["betmgm"]["h2h"][HOME]["age"] == 1494.88


def test_a_failed_poll_confirms_nothing(house: House, client: FlaskClient) -> None:
    closes(house)
    house.execute("UPDATE polls SET outcome = 'upstream_error' WHERE changes = 0")
    assert client.get("/api/events/e1/closing").get_json()["age"] == 54.88


def test_what_is_paid_for_beside_polls_confirms_no_line(house: House, client: FlaskClient) -> None:
    house.poll(game(), seconds=0)
    house.upstream.extras["e1"] = odds_of()
    house.clock.pass_by(1780)
    with house.app.app_context():
        house.wiring.jobs.crew.props.look(NBA, "e1")
    house.clock.pass_by(60)
    told = client.get("/api/events/e1/closing").get_json()
    assert (told["seen_at"], told["closed"]) == ("2026-11-23T21:00:05.120Z", False)


def test_a_start_that_moves_takes_the_close_with_it(house: House, client: FlaskClient) -> None:
    house.poll(game(-110), seconds=0)
    house.poll(odds_of(-130, books=BOOKS, starts="2026-11-23T22:30:00Z"), seconds=1200)
    house.clock.pass_by(7200)
    told = client.get("/api/events/e1/closing").get_json()
    assert told["starts_at"] == "2026-11-23T22:30:00Z"
    assert told["lines"]["fanduel"]["h2h"][HOME]["price"] == -130


def test_there_is_no_close_before_the_start_and_of_nothing(
    house: House, client: FlaskClient
) -> None:
    house.poll(game(), seconds=0)
    refused(client.get("/api/events/e1/closing"), 404, "not_started")
    refused(client.get("/api/events/none/closing"), 404, "unknown_event")


def test_an_event_that_came_in_play_closed_nowhere(house: House, client: FlaskClient) -> None:
    house.clock.pass_by(3600)
    house.poll(game(), seconds=0)
    told = client.get("/api/events/e1/closing").get_json()
    assert (told["lines"], told["seen_at"], told["closed"]) == ({}, None, False)


def test_a_close_that_was_deleted_is_not_made_up(house: House, client: FlaskClient) -> None:
    closes(house)
    house.clock.pass_by(3 * 86_400)
    house.poll(game(-150))
    with house.app.app_context():
        prune(1, house.clock())
    refused(client.get("/api/events/e1/closing"), 410, "pruned")


def test_a_bet_is_compared_with_its_book_and_with_the_others(
    house: House, client: FlaskClient
) -> None:
    closes(house)
    bet = {"bookmaker": "fanduel", "market": "totals", "outcome": "Over", "odds_format": "american"}

    def value(**more: Any) -> Any:
        told = client.get("/api/events/e1/closing", query_string={**bet, **more}).get_json()
        return told["value"]

    same = value(price=105, point=221.5)
    assert same == {"price": round(2.05 / (21 / 11) - 1, 6), "fair": 0.025, "moved": None}
    assert value(price=-110, point=219.5) == {"price": None, "fair": None, "moved": 2.0}
    gone = value(bookmaker="betmgm", price=2.0, point=221.5, odds_format="decimal")
    assert gone == {"price": round(2 / (21 / 11) - 1, 6), "fair": 0.0, "moved": None}
    never = value(bookmaker="nobody", price=105, point=221.5)
    assert never == {"price": None, "fair": 0.025, "moved": None}


@pytest.mark.parametrize(
    "asked",
    [
        {"bookmaker": "b" * 257},
        {"price": "nan"},
        {"price": ""},
        {"price": "1e9"},
        {"odds_format": "roman"},
        {"point": "six"},
    ],
)
def test_a_bet_that_is_none_is_refused(house: House, client: FlaskClient, asked: Any) -> None:
    bet = {"bookmaker": "b", "market": "h2h", "outcome": "a", "price": "110"}
    refused(client.get("/api/events/e1/closing", query_string={**bet, **asked}), 400, "bad_request")


def test_half_a_bet_has_no_value(house: House, client: FlaskClient) -> None:
    closes(house)
    assert "value" not in client.get("/api/events/e1/closing?market=h2h&price=110").get_json()
