"""Props over REST: what there is, what it costs, paid for once, refused in plain words, kept fresh."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from linefinder.domain.planner.rates import Tally, estimate
from linefinder.domain.planner.sheets import Scarcity
from linefinder.store import sheets
from linefinder.store.ledger import last_ledger, polls_since, recent_polls
from tests.support.rooms import NBA, House, open_house, sqlite_in
from tests.support.upstream import Say, odds_of
from tests.web.test_api import refused

PROPS = "/api/events/e1/props"
POINTS, BOARDS = "player_points", "player_rebounds"
PLENTY = Scarcity(60.0, 0.0, estimate(Tally()))
DEAR = Scarcity(60.0, 1e9, estimate(Tally()))


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Any:
    with open_house(tmp_path, either_url) as opened:
        opened.poll(odds_of())
        opened.upstream.extras["e1"] = extras()
        yield opened


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def extras(price: float = -110, books: tuple[str, ...] = ("draftkings", "fanduel")) -> Any:
    lines = [
        {"name": name, "description": "Ann Lee", "point": 24.5, "price": price}
        for name in ("Over", "Under")
    ]
    stamp = "2026-11-23T20:59:00Z"
    markets = [
        {"key": key, "last_update": stamp, "outcomes": lines} for key in (POINTS, BOARDS, "h2h")
    ]
    offers = [{"key": book, "title": book.title(), "markets": markets} for book in books]
    return {**odds_of(), "bookmakers": offers}


def post(client: FlaskClient, *markets: str, **more: Any) -> TestResponse:
    return client.post(PROPS, json={"markets": list(markets)} if markets else {}, **more)


def test_what_it_costs_is_told_before_anything_is_paid(house: House, client: FlaskClient) -> None:
    told = client.get(PROPS).get_json()
    assert (told["look_cost"], told["market_cost"], told["offered"]) == (1, 1, None)
    assert post(client).get_json() == {"credits": 1, "remaining": 396}
    told = client.get(PROPS).get_json()
    assert told["offered"] == [
        {"market": POINTS, "name": "Player points", "bookmakers": 2},
        {"market": BOARDS, "name": "Player rebounds", "bookmakers": 2},
    ], "what the board shows anyway is not offered"
    assert told["loaded"] == []
    assert post(client).get_json()["credits"] == 0, "which markets there are is known by now"


@pytest.mark.parametrize("path", [PROPS, f"{PROPS}/{POINTS}"])
def test_an_event_that_leaves_the_board_meanwhile_is_told_as_it_was(
    path: str, house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.clock.pass_by(
        7
    )  # what was found in a load of a moment is kept for all houses of the tests
    post(client)
    post(client, POINTS)
    ask = sheets.sheets

    def ask_slowly(*which: Any, **how: Any) -> Any:
        house.poll()
        return ask(*which, **how)

    monkeypatch.setattr(sheets, "sheets", ask_slowly)
    assert client.get(path).status_code == 200
    refused(client.get(path), 404, "unknown_event")


def test_markets_are_loaded_and_told_as_ladders(house: House, client: FlaskClient) -> None:
    post(client)
    assert post(client, POINTS, BOARDS).get_json() == {"credits": 2, "remaining": 394}
    told = client.get(f"{PROPS}/{POINTS}").get_json()
    [ladder] = told["ladders"]
    assert (ladder["about"], ladder["main"]) == ("Ann Lee", 0)
    over, under = ladder["rungs"][0]["sides"]
    assert (over["name"], over["point"], over["best"]) == ("Over", 24.5, ["draftkings", "fanduel"])
    assert under["fair"] == 0.5
    assert (told["at"], told["confirmed"], told["lines"]) == (
        "2026-11-23T21:01:05.120Z",
        "2026-11-23T20:59:00.000Z",
        4,
    )
    mine = client.get(f"{PROPS}/{POINTS}?mine=fanduel").get_json()
    assert mine["ladders"][0]["rungs"][0]["sides"][0]["best"] == ["fanduel"]


def test_two_who_press_at_once_pay_once(house: House) -> None:
    post(house.app.test_client())
    house.upstream.hold.clear()
    told: list[int] = []

    def press() -> None:
        told.append(post(house.app.test_client(), POINTS).get_json()["credits"])

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    house.upstream.entered.acquire()
    house.upstream.hold.set()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 1]


def test_a_market_is_charged_for_only_where_it_is_returned(
    house: House, client: FlaskClient
) -> None:
    post(client)
    house.upstream.extras["e1"]["bookmakers"][0]["markets"].pop(1)
    house.upstream.extras["e1"]["bookmakers"][1]["markets"].pop(1)
    assert post(client, POINTS, BOARDS).get_json()["credits"] == 1
    assert client.get(f"{PROPS}/{BOARDS}").get_json()["ladders"] == [], "nobody offers it now"


def test_who_can_not_pay_is_told_so_and_nothing_is_asked(house: House, client: FlaskClient) -> None:
    post(client)
    house.upstream.remaining = 1
    with house.app.app_context():
        house.wiring.poller.look()
    asked = len(house.upstream.asked)
    answer = post(client, POINTS, BOARDS)
    assert answer.status_code == 503
    assert "it costs 2 credits and 1 can be spent" in answer.get_json()["detail"]
    paths = [path for path, _ in house.upstream.asked[asked:]]
    assert all(path == "/v4/sports" for path in paths), "looking at the account is free"


def test_what_is_paid_beside_polls_is_in_the_ledger_and_says_nothing_of_their_cost(
    house: House, client: FlaskClient
) -> None:
    post(client)
    post(client, POINTS)
    with house.app.app_context():
        assert [(row["what"], row["credits"]) for row in recent_polls(3)] == [
            ("props", 1),
            ("markets", 1),
            ("odds", 3),
        ]
        ledger = last_ledger()
        assert (ledger.remaining, ledger.cost) == (395, 3)
        assert len(polls_since(house.clock.at.replace(hour=0))) == 1
    assert "props: ok, by hand" in client.get("/status").get_data(as_text=True)
    assert house.wiring.boards.ledger.cost == 3


def test_the_hourly_allowance_of_what_is_paid_by_hand_is_one(tmp_path: Path) -> None:
    with open_house(tmp_path, sqlite_in(tmp_path), REFRESH_PER_HOUR="2") as house:
        house.poll(odds_of())
        house.upstream.extras["e1"] = extras()
        client = house.app.test_client()
        assert post(client).status_code == 200
        assert post(client, POINTS).status_code == 200
        refused(post(client, BOARDS), 429, "too_many_requests")
        assert post(client, POINTS).get_json()["credits"] == 0, "what was just loaded is free"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"markets": ["player_blocks"]}, 404, "unknown_market"),
        ({"markets": ["x" * 65]}, 400, "bad_request"),
        ({"markets": ["a"] * 31}, 400, "bad_request"),
        ({"markets": "player_points"}, 400, "bad_request"),
    ],
)
def test_what_can_not_be_asked_for_is_refused_by_name(
    client: FlaskClient, body: Any, status: int, code: str
) -> None:
    post(client)
    refused(client.post(PROPS, json=body), status, code)


def test_an_event_or_a_market_that_is_not_there_is_refused(
    house: House, client: FlaskClient
) -> None:
    refused(client.get("/api/events/none/props"), 404, "unknown_event")
    refused(client.get(f"{PROPS}/{POINTS}"), 404, "unknown_market")
    refused(client.post(PROPS, data="{}"), 415, "bad_request")
    house.upstream.extras.clear()
    refused(post(client), 404, "unknown_event")


def test_a_broken_answer_keeps_what_was_there(house: House, client: FlaskClient) -> None:
    post(client)
    post(client, POINTS)
    before = client.get(f"{PROPS}/{POINTS}").get_json()
    house.clock.pass_by(600)
    house.upstream.answers.append(Say(200, [1, 2]))
    refused(post(client, POINTS), 502, "upstream_error")
    assert client.get(f"{PROPS}/{POINTS}").get_json() == before


def test_what_is_watched_is_loaded_anew_where_credits_are_plenty_and_not_where_they_are_dear(
    house: House, client: FlaskClient
) -> None:
    post(client)
    post(client, POINTS)
    props = house.wiring.jobs.crew.props
    with house.app.app_context():
        house.clock.pass_by(70)
        client.get(f"{PROPS}/{POINTS}")
        house.upstream.extras["e1"] = extras(120)
        props.tend(lambda sport: DEAR)
        assert sheets.sheets("e1")[0].at < house.clock.at
        props.tend(lambda sport: PLENTY)
        assert sheets.sheets("e1")[0].at == house.clock.at
        over = client.get(f"{PROPS}/{POINTS}").get_json()["ladders"][0]["rungs"][0]["sides"][0]
        assert over["price"] == 120
        house.clock.pass_by(120)
        props.tend(lambda sport: PLENTY)
        assert sheets.sheets("e1")[0].at < house.clock.at, "nobody has looked for two minutes"


def test_watching_never_takes_the_reserve(house: House, client: FlaskClient) -> None:
    post(client)
    post(client, POINTS)
    house.upstream.remaining = 1
    with house.app.app_context():
        house.wiring.poller.look()
        house.clock.pass_by(70)
        client.get(f"{PROPS}/{POINTS}")
        house.wiring.jobs.crew.props.tend(lambda sport: PLENTY)
        assert sheets.sheets("e1")[0].at < house.clock.at
    assert house.wiring.boards.stream(NBA).board.version == 1


def test_what_is_found_in_what_was_loaded_is_told_at_ones_own_books(
    house: House, client: FlaskClient
) -> None:
    assert client.get(PROPS).get_json()["finds"] == []
    kind = extras(-110, ("draftkings", "fanduel", "betmgm"))
    offered = kind["bookmakers"][2]["markets"][0]
    lines = [
        {"name": name, "description": "Ann Lee", "point": 24.5, "price": price}
        for name, price in (("Over", 115), ("Under", -130))
    ]
    kind["bookmakers"][2]["markets"] = [{**offered, "outcomes": lines}]
    house.upstream.extras["e1"] = kind
    post(client)
    assert post(client, POINTS).status_code == 200
    told = client.get(PROPS).get_json()
    best = told["finds"][0]
    assert (best["kind"], best["about"], best["market"]) == ("value", "Ann Lee", POINTS)
    bet = {"outcome": "Over", "bookmaker": "betmgm", "price": 115, "point": 24.5, "stake": 1.0}
    assert best["bets"] == [bet]
    assert (best["edge"], best["others"], best["doubts"]) == (0.075, 2, [])
    assert told["bookmakers"].keys() >= {"betmgm"}
    arbitrage = next(one for one in told["finds"] if one["kind"] == "arbitrage")
    assert arbitrage["bets"][0]["bookmaker"] == "betmgm"
    own = client.get(f"{PROPS}?mine=draftkings").get_json()
    assert {bet["bookmaker"] for one in own["finds"] for bet in one["bets"]} <= {"draftkings"}
    assert client.get(f"{PROPS}?mine=nobody").get_json()["finds"] == []
