"""REST for alerts: a browser's rules are its own, said in full, and refused in words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from linefinder.domain.quota import Ledger
from linefinder.store import watchers
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of

ME = {"LineFinder-Browser": "m" * 32}
YOU = {"LineFinder-Browser": "y" * 32}
TARGET = {
    "kind": "target", "sport": "nba", "market": "h2h", "outcome": "Boston Celtics", "price": 150,
}  # fmt: skip


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def add(client: FlaskClient, headers: dict[str, str] | None = None, **rule: Any) -> TestResponse:
    return client.post("/api/alerts/rules", json={**TARGET, **rule}, headers=headers or ME)


def refused(answer: TestResponse, status: int, code: str) -> str:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["code"] == code
    return str(answer.get_json()["detail"])


def test_a_rule_is_kept_and_shown_to_its_browser_alone(client: FlaskClient) -> None:
    made = add(client)
    rule = made.get_json()
    assert made.status_code == 201
    assert rule == {
        "id": rule["id"], "made_at": "2026-11-23T21:01:05Z", "kind": "target", "sport": NBA,
        "market": "h2h", "outcome": "Boston Celtics", "price": 150, "cooldown": 600,
        "odds_format": "american", "until": "2027-02-21T21:01:05Z",
        "warning": "can't fire by itself: nothing polls this sport, so only a refresh brings news",
    }  # fmt: skip
    shown = client.get("/api/alerts/rules", headers=ME).get_json()
    assert shown == {"rules": [rule], "quiet": None}
    assert client.get("/api/alerts/rules", headers=YOU).get_json()["rules"] == []
    refused(client.delete(f"/api/alerts/rules/{rule['id']}", headers=YOU), 404, "unknown_rule")
    assert client.delete(f"/api/alerts/rules/{rule['id']}", headers=ME).status_code == 204
    assert client.get("/api/alerts/rules", headers=ME).get_json()["rules"] == []


def test_a_rule_that_is_shorter_than_the_cadence_says_that_it_cant_fire(tmp_path: Path) -> None:
    with open_house(tmp_path, POLL_ENABLED="true", POLL_MODE="fixed") as house:
        house.poll(odds_of())
        client = house.app.test_client()
        steam = {"kind": "steam", "market": None, "outcome": None, "price": None, "seconds": 60}
        asked = {name: value for name, value in {**TARGET, **steam}.items() if value is not None}
        warned = client.post("/api/alerts/rules", json=asked, headers=ME).get_json()["warning"]
        assert re.fullmatch("can't fire at this rate: polls come every .*, .* its 60 s", warned)
        house.boards.ledger = Ledger(remaining=5_000_000, used=0)
        able = client.post("/api/alerts/rules", json={**asked, "seconds": 90}, headers=ME)
        assert "warning" not in able.get_json()
        house.boards.ledger = Ledger(remaining=0, used=500)
        find = {"kind": "find", "sport": "nba", "edge": 0.02}
        poor = client.post("/api/alerts/rules", json=find, headers=ME).get_json()["warning"]
        assert poor == "can't fire at this rate: the credits pay for no poll before the reset"
        unpolled = client.post("/api/alerts/rules", json={**asked, "sport": "nhl"}, headers=ME)
        assert "nothing polls this sport" in unpolled.get_json()["warning"]


def test_a_rule_about_finds_keeps_what_the_finder_asks(client: FlaskClient) -> None:
    asked = {"kind": "find", "sport": "nba", "kinds": ["value"], "mine": ["fanduel"], "edge": 0.02}
    made = client.post("/api/alerts/rules", json=asked, headers=ME)
    assert made.status_code == 201
    assert made.get_json() | asked == made.get_json() | {"sport": "nba"}
    for wrong in ({"kinds": ["luck"]}, {"mine": ["No Book"]}, {"edge": 2}):
        refused(
            client.post("/api/alerts/rules", json=asked | wrong, headers=ME), 400, "bad_request"
        )


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "spaces are not allowed in such an id"])
def test_who_has_no_id_has_no_rules(client: FlaskClient, key: str) -> None:
    answer = client.get("/api/alerts/rules", headers={"LineFinder-Browser": key})
    assert "LineFinder-Browser" in refused(answer, 400, "bad_request")


@pytest.mark.parametrize(
    ("rule", "status", "code", "words"),
    [
        ({"kind": "gut"}, 400, "bad_request", "gut"),
        ({"price": None}, 400, "bad_request", "price"),
        ({"price": 50}, 409, "bad_rule", "no american price"),
        ({"sport": "curling"}, 404, "unknown_sport", "curling"),
        ({"event": "none"}, 404, "unknown_event", "none"),
        ({"cooldown": 1}, 400, "bad_request", "cooldown"),
        ({"outcome": "x" * 201}, 400, "bad_request", "outcome"),
        ({"more": 1}, 400, "bad_request", "more"),
    ],
)
def test_a_rule_that_can_not_be_is_refused_in_words(
    client: FlaskClient, rule: dict[str, Any], status: int, code: str, words: str
) -> None:
    assert words in refused(add(client, **rule), status, code)


def test_pages_of_others_may_not_ask_and_forms_may_not_write(client: FlaskClient) -> None:
    foreign = {**ME, "Origin": "https://evil.example"}
    refused(client.get("/api/alerts/rules", headers=foreign), 403, "forbidden_origin")
    refused(add(client, foreign), 403, "forbidden_origin")
    plain = client.post("/api/alerts/rules", data="{}", headers=ME)
    refused(plain, 415, "bad_request")


def test_a_browser_keeps_so_many_rules_and_no_more(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchers, "RULES_A_WATCHER", 1)
    add(client)
    assert add(client).status_code == 201  # the same anew
    refused(add(client, price=151), 409, "too_many_rules")


def test_quiet_hours_are_kept_with_their_zone(client: FlaskClient) -> None:
    night = {"from": "23:00", "to": "07:30", "zone": "America/New_York"}
    answer = client.put("/api/alerts/quiet", json={"quiet": night}, headers=ME)
    assert answer.get_json() == {"quiet": night}
    assert client.get("/api/alerts/rules", headers=ME).get_json()["quiet"] == night
    mars = {**night, "zone": "Mars/Olympus"}
    refused(client.put("/api/alerts/quiet", json={"quiet": mars}, headers=ME), 404, "unknown_zone")
    client.put("/api/alerts/quiet", json={"quiet": None}, headers=ME)
    assert client.get("/api/alerts/rules", headers=ME).get_json()["quiet"] is None


@pytest.mark.slow
def test_what_was_told_can_be_read_again_and_is_as_documented(
    house: House, client: FlaskClient
) -> None:
    add(client)
    add(client, kind="arbitrage", market=None, outcome=None, price=None)
    client.post("/api/alerts/rules", json={"kind": "arbitrage", "sport": "nba"}, headers=ME)
    house.poll(odds_of(155))
    with house.app.app_context():
        house.wiring.watching.work()
    import schemathesis  # whoever runs other tests need not wait for it

    document = schemathesis.openapi.from_wsgi("/api/openapi.json", house.app)
    case = document["/api/alerts/recent"]["GET"].Case(headers=ME)
    told = case.call_and_validate().json()["alerts"]
    assert {alert["kind"] for alert in told} == {"target"}
    assert client.get("/api/alerts/recent", headers=YOU).get_json() == {"alerts": []}


def test_a_refused_database_is_said(house: House, client: FlaskClient) -> None:
    house.execute("CREATE TRIGGER fails BEFORE INSERT ON alert_rules BEGIN SELECT json('{'); END")
    refused(add(client), 503, "store_error")
