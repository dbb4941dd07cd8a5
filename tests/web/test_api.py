"""REST, as protocol.md has it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import TestResponse

from tests.support.rooms import NBA, NFL, House, open_house
from tests.support.upstream import Say, odds_of, refusal

PROBLEM = ["type", "title", "status", "code", "detail"]


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def refused(answer: TestResponse, status: int, code: str) -> Any:
    """The problem of an answer that refuses."""
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    problem = answer.get_json()
    assert list(problem) == PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["detail"]
    return problem


def test_every_known_sport_is_listed(client: FlaskClient) -> None:
    sports = {sport["sport"]: sport for sport in client.get("/api/sports").get_json()}
    assert sports[NBA] == {
        "sport": NBA,
        "alias": "nba",
        "title": "NBA",
        "active": True,
        "polled": True,
        "status": sports[NBA]["status"],
        "data_at": "2026-11-23T21:01:05Z",
        "events": 1,
    }
    mlb = sports["baseball_mlb"]
    assert (mlb["polled"], mlb["status"], mlb["events"]) == (False, "waiting", 0)


def test_a_board_goes_by_key_and_by_alias(house: House, client: FlaskClient) -> None:
    by_key, by_alias = (client.get(f"/api/odds/{name}").get_json() for name in (NBA, "nba"))
    assert by_key == by_alias
    board = house.boards.stream(NBA).board
    assert (by_key["version"], by_key["checksum"]) == (1, board.checksum)
    assert by_key["events"]["e1"]["lines"]["draftkings"]["totals"]["Over"] == [-110, 221.5]


def test_a_board_comes_as_csv_to_whoever_asks(client: FlaskClient) -> None:
    by_format = client.get("/api/odds/nba?format=csv")
    by_accept = client.get("/api/odds/nba", headers={"Accept": "text/csv"})
    assert by_format.data == by_accept.data
    assert by_accept.mimetype == "text/csv"
    assert "Accept" in by_accept.headers["Vary"]
    rows = list(csv.DictReader(StringIO(by_format.text)))
    board = client.get("/api/odds/nba", headers={"Accept": "*/*"}).get_json()
    lines = board["events"]["e1"]["lines"]
    assert len(rows) == sum(len(of) for book in lines.values() for of in book.values())
    told = {(row["bookmaker"], row["market"], row["outcome"]): row for row in rows}
    over = told["draftkings", "totals", "Over"]
    assert (over["event"], over["price"], over["point"], over["best"]) == (
        "e1",
        "-110",
        "221.5",
        "yes",
    )
    assert (over["odds_format"], over["home"]) == ("american", board["events"]["e1"]["home"])
    then = client.get("/api/odds/nba?format=csv&at=2026-11-23T21:01:06Z")
    assert list(csv.DictReader(StringIO(then.text)))
    assert "'xml'" in refused(client.get("/api/odds/nba?format=xml"), 400, "bad_request")["detail"]


def test_an_etag_stands_for_the_whole_body(house: House, client: FlaskClient) -> None:
    first = client.get("/api/odds/nba")
    same = client.get("/api/odds/nba", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    house.clock.pass_by(4000)  # now the feed is stale, at the same version
    later = client.get("/api/odds/nba", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert later.get_json()["feed"] != first.get_json()["feed"]


def test_an_event_tells_its_openers_and_best_lines(house: House, client: FlaskClient) -> None:
    moved = odds_of(-130)
    moved["bookmakers"][0]["markets"][0]["outcomes"][0]["price"] = -105
    house.poll(moved)
    told = client.get("/api/events/e1").get_json()
    home = "Boston Celtics"
    assert told["openers"]["draftkings"]["h2h"][home] == [-110, None]
    assert told["lines"]["draftkings"]["h2h"][home] == [-105, None]
    assert told["best"]["h2h"][home] == ["draftkings"]
    refused(client.get("/api/events/none"), 404, "unknown_event")


def test_an_event_tells_what_is_fair_and_who_holds_how_much(
    house: House, client: FlaskClient
) -> None:
    generous = odds_of(-110, books=("draftkings", "fanduel", "betmgm"))
    generous["bookmakers"][2]["markets"][0]["outcomes"][0]["price"] = 105
    generous["bookmakers"][2]["markets"][1]["outcomes"][1]["price"] = 115
    house.poll(generous)
    told = client.get("/api/events/e1").get_json()
    assert told["fair"]["method"] == "power"
    over = told["fair"]["consensus"]["totals"]["Over"]
    assert over == {
        "probability": over["probability"],
        "price": -104,
        "point": 221.5,
        "books": 3,
        "half_point": None,
    }
    under = told["fair"]["books"]["betmgm"]["totals"]["Under"]
    assert (under["others"], under["price"]) == (0.5, 100)
    assert under["edge"] == pytest.approx(0.075)
    assert told["holds"]["totals"]["books"]["fanduel"] == pytest.approx(1 / 22, abs=1e-6)
    assert told["holds"]["totals"]["best"] < 0.02
    assert told["marks"]["totals"]["Under"]["bookmakers"] == ["betmgm"]


def test_a_lagging_book_has_no_say_in_what_is_fair(house: House, client: FlaskClient) -> None:
    late = odds_of(-150, books=("draftkings", "fanduel"), stamp="2026-11-23T21:01:30Z")
    late["bookmakers"][1]["markets"][1]["last_update"] = "2026-11-23T20:50:00Z"
    house.poll(late)
    told = client.get("/api/events/e1").get_json()
    assert told["fair"]["consensus"]["totals"]["Over"]["books"] == 1
    assert list(told["fair"]["books"]) == list(told["holds"]["totals"]["books"]) == ["draftkings"]
    assert told["marks"]["totals"]["Over"]["bookmakers"] == ["draftkings"]


def test_an_event_tells_its_edges_until_it_starts(house: House, client: FlaskClient) -> None:
    apart = odds_of(-110, books=("draftkings", "fanduel"))
    apart["bookmakers"][1]["markets"][1]["outcomes"][0]["price"] = 130
    house.poll(apart)
    told = client.get("/api/events/e1").get_json()["edges"]
    (found,) = [edge for edge in told if edge["market"] == "totals"]
    assert (found["kind"], found["fault"], found["gap"]) == ("arbitrage", False, None)
    assert [leg["bookmaker"] for leg in found["legs"]] == ["fanduel", "draftkings"]
    assert found["age"] == max(leg["age"] for leg in found["legs"])
    house.clock.pass_by(4 * 3600)
    told = client.get("/api/events/e1").get_json()
    assert told["edges"] == []
    assert told["marks"]["totals"]["Over"]["hollow"] is True


def test_the_method_and_the_weights_are_settings(tmp_path: Path) -> None:
    with open_house(tmp_path, FAIR_METHOD="worst", FAIR_WEIGHTS="fanduel=0") as house:
        house.poll(odds_of(-150, books=("draftkings",)))
        told = house.app.test_client().get("/api/events/e1").get_json()["fair"]
        assert told["method"] == "worst"
        chances = [line["probability"] for line in told["consensus"]["h2h"].values()]
        assert 0.99 < sum(chances) < 1
        house.poll(odds_of(-150, books=("fanduel",)))
        told = house.app.test_client().get("/api/events/e1").get_json()["fair"]
        assert told["consensus"] == {}


@pytest.mark.parametrize("path", ["/api/odds/curling", "/api/odds/a%20b"])
def test_an_unknown_sport_is_not_found(path: str, client: FlaskClient) -> None:
    refused(client.get(path), 404, "unknown_sport")


def test_a_refresh_polls_and_then_rests(house: House, client: FlaskClient) -> None:
    house.upstream.odds[NBA] = [odds_of(-140)]
    waits = refused(client.post("/api/refresh/nba"), 429, "too_many_requests")
    assert "next refresh" in waits["detail"]
    assert int(client.post("/api/refresh/nba").headers["Retry-After"]) == 30
    house.clock.pass_by(31)
    told = client.post("/api/refresh/nba").get_json()
    board = house.boards.stream(NBA).board
    assert told == {
        "sport": NBA,
        "epoch": board.epoch,
        "version": 2,
        "changed": True,
        "credits": 3,
        "remaining": house.upstream.remaining,
    }
    refused(client.post("/api/refresh/nba"), 429, "too_many_requests")


def test_a_refresh_says_what_the_provider_said(house: House, client: FlaskClient) -> None:
    house.clock.pass_by(60)
    house.upstream.for_all = refusal(401, "INVALID_KEY")
    refused(client.post("/api/refresh/nba"), 502, "invalid_key")
    house.upstream.for_all = None
    house.upstream.remaining = 2
    house.boards.ledger = house.boards.ledger.exhausted(house.clock())
    refused(client.post("/api/refresh/nba"), 503, "budget_exhausted")
    refused(client.post("/api/refresh/curling"), 404, "unknown_sport")


def test_the_hourly_allowance_is_for_all_sports(tmp_path: Path) -> None:
    with open_house(tmp_path, REFRESH_PER_HOUR="1") as house:
        client = house.app.test_client()
        assert client.post("/api/refresh/nba").status_code == 200
        house.clock.pass_by(60)
        refused(client.post("/api/refresh/nba"), 429, "too_many_requests")
        house.clock.pass_by(3600)
        assert client.post("/api/refresh/nba").status_code == 200


def test_a_token_is_asked_for_where_one_is_set(tmp_path: Path) -> None:
    with open_house(tmp_path, REFRESH_TOKEN="letmein") as house:
        client = house.app.test_client()
        refused(client.post("/api/refresh/nba"), 401, "unauthorised")
        for wrong in ("Bearer letmeout", "Bearer", "Basic letmein", "letmein", "Bearer \xe9"):
            headers = {"Authorization": wrong}
            refused(client.post("/api/refresh/nba", headers=headers), 401, "unauthorised")
            switch = client.put("/api/polling", json={"enabled": True}, headers=headers)
            refused(switch, 401, "unauthorised")
        right = {"Authorization": "Bearer letmein"}
        assert client.post("/api/refresh/nba", headers=right).status_code == 200
        assert client.get("/api/odds/nba").status_code == 200


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:5000"])
def test_a_foreign_page_may_not_spend(origin: str, client: FlaskClient) -> None:
    headers = {"Origin": origin}
    refused(client.post("/api/refresh/nba", headers=headers), 403, "forbidden_origin")
    switch = client.put("/api/polling", json={"enabled": True}, headers=headers)
    refused(switch, 403, "forbidden_origin")


def test_the_switch_is_told_and_kept(house: House, client: FlaskClient) -> None:
    as_set = {"enabled": False, "switched": False, "sports": [NBA], "mode": "adaptive"}
    assert client.get("/api/polling").get_json() == as_set
    on = client.put("/api/polling", json={"enabled": True}).get_json()
    assert on == {**as_set, "enabled": True, "switched": True}
    assert client.get("/api/polling").get_json() == on
    restarted = house.again(POLL_ENABLED="false")
    assert restarted.app.test_client().get("/api/polling").get_json() == on


def test_sports_and_mode_are_switched_at_run_time_and_kept(
    house: House, client: FlaskClient
) -> None:
    told = client.put("/api/polling", json={"sports": ["nfl", NBA, "nba"], "mode": "fixed"})
    wanted = {"enabled": False, "switched": False, "sports": [NBA, NFL], "mode": "fixed"}
    assert told.get_json() == wanted
    polled = {row["sport"] for row in client.get("/api/sports").get_json() if row["polled"]}
    assert polled == {NBA, NFL}
    assert house.boards.stream(NFL).board.epoch != "00000000"
    again = house.again().app.test_client()
    assert again.get("/api/polling").get_json() == wanted
    assert again.put("/api/polling", json={"sports": []}).get_json()["sports"] == []
    refused(again.put("/api/polling", json={"sports": ["chess"]}), 404, "unknown_sport")
    refused(again.put("/api/polling", json={"mode": "lucky"}), 400, "bad_request")
    refused(again.put("/api/polling", json={}), 400, "bad_request")


@pytest.mark.parametrize("path", ["/api/events/e1", "/api/events/e1/history"])
def test_what_only_the_database_knows_is_refused_while_it_is_gone(
    path: str, house: House, client: FlaskClient
) -> None:
    house.execute("DROP TABLE line_changes")
    answer = client.get(path)
    assert answer.status_code == 503
    assert "database" in answer.get_data(as_text=True)
    assert client.get("/api/odds/nba").status_code == 200


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 400),
        (b"{}", "application/json", 400),
        (b"[true]", "application/json", 400),
        (b'{"enabled": "yes"}', "application/json", 400),
        (b'{"enabled": 1}', "application/json", 400),
        (b'{"enabled": true, "more": 1}', "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"[" * 5000, "application/json", 400),
        (b'{"enabled": true}', "text/plain", 415),
    ],
)
def test_a_bad_switch_is_refused(body: bytes, kind: str, status: int, client: FlaskClient) -> None:
    refused(client.put("/api/polling", data=body, content_type=kind), status, "bad_request")
    assert client.get("/api/polling").get_json()["enabled"] is False


def test_a_body_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.put("/api/polling", data=b" " * 20_000, content_type="application/json")
    refused(answer, 413, "too_large")


def test_wrong_paths_and_methods_are_problems_too(client: FlaskClient) -> None:
    refused(client.get("/api/nothing"), 404, "not_found")
    assert b"No page has this address" in client.get("/no/such/page").data
    assert "POST" in client.get("/api/refresh/nba").headers["Allow"]
    refused(client.get("/api/refresh/nba"), 405, "method_not_allowed")


def test_health_names_what_is_wrong(house: House, client: FlaskClient) -> None:
    ill = client.get("/api/health")
    assert ill.status_code == 503
    assert ill.get_json()["problems"] == ["the scheduler does not run"]
    house.wiring.health.problem = lambda now: None  # type: ignore[method-assign]
    assert client.get("/api/health").get_json() == {"ok": True, "full": False, "problems": []}
    house.wiring.is_full = lambda: True
    assert client.get("/api/health").get_json()["full"] is True


def test_metrics_are_such_as_prometheus_reads(client: FlaskClient) -> None:
    text = client.get("/metrics").get_data(as_text=True)
    families = {family.name: family for family in text_string_to_metric_families(text)}
    version = families["linefinder_version"].samples[0]
    assert (version.labels, version.value) == ({"sport": NBA}, 1)
    assert families["linefinder_clients"].samples[0].value == 0


def test_a_mistake_of_ours_tells_nothing_of_the_inside(house: House) -> None:
    house.app.config["PROPAGATE_EXCEPTIONS"] = False

    def breaks(*_: Any) -> None:
        raise RuntimeError("s3cret")

    house.boards.snapshot = breaks
    problem = refused(house.app.test_client().get("/api/odds/nba"), 500, "internal_server_error")
    assert "s3cret" not in str(problem)


def test_what_the_provider_sends_is_nothing_a_page_runs(house: House) -> None:
    house.poll(odds_of(books=("<script>alert(1)</script>",), key="<img src=x onerror=alert(1)>"))
    for path in ("/nba", "/status"):
        page = house.app.test_client().get(path).get_data(as_text=True)
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_the_key_is_on_no_page(house: House, client: FlaskClient) -> None:
    house.upstream.answers.append(Say(500, {"message": house.settings["ODDS_API_KEY"]}))
    for path in ("/", "/nba", "/status", "/api/sports", "/api/odds/nba", "/metrics"):
        assert house.settings["ODDS_API_KEY"] not in client.get(path).get_data(as_text=True)


@pytest.mark.parametrize(
    "what", ["events/a%00b/history", "events/a%00/closing", "events/e1/props/%00"]
)
def test_there_is_nothing_at_an_address_with_a_nul(
    what: str, either_url: str, tmp_path: Path
) -> None:
    """PostgreSQL would refuse to look for it, and be blamed for not answering."""
    with open_house(tmp_path, either_url) as house:
        house.poll(odds_of())
        refused(house.app.test_client().get(f"/api/{what}"), 404, "not_found")


def test_a_market_with_a_nul_is_one_that_nobody_offers(either_url: str, tmp_path: Path) -> None:
    with open_house(tmp_path, either_url) as house:
        house.poll(odds_of())
        client = house.app.test_client()
        assert client.get("/api/events/e1/history?market=h2h%00").get_json() == []
        assert client.get("/api/odds/nba/openers?market=h2h%00").get_json()["events"] == {}
