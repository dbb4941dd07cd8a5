"""Every route in every mode of access: who is let in, who is told how, and nobody is forgotten."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, create_environ, run_wsgi_app

from linefinder.config import read_config
from linefinder.domain.errors import ConfigError
from linefinder.store.passes import forget_passes
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of

PASSWORD, DATA, OWNER = "open sesame", "a-token-for-data", "a-token-for-the-owner"
BROWSER = {"LineFinder-Browser": "b" * 40}
LISTEN = "/api/stream/nba"

# What each route is, written down by hand: a new one fails the test below until somebody has said who
# may see it. open: anybody at any time. page, rest: all whom the board is for. live, data: DATA_ACCESS.
ROUTES = {
    ("GET", "/"): "page",
    ("GET", "/<sport>"): "page",
    ("GET", "/bets"): "page",
    ("GET", "/event/<path:event_id>"): "page",
    ("GET", "/finder"): "page",
    ("GET", "/slip/<path:event_id>"): "page",
    ("GET", "/status"): "page",
    ("GET", "/tonight"): "page",
    ("GET", "/api/sports"): "rest",
    ("GET", "/api/polling"): "rest",
    ("PUT", "/api/polling"): "control",
    ("POST", "/api/refresh/<sport>"): "control",
    ("GET", "/api/openapi.json"): "rest",
    ("GET", "/metrics"): "rest",
    ("GET", "/api/alerts/rules"): "rest",
    ("POST", "/api/alerts/rules"): "rest",
    ("DELETE", "/api/alerts/rules/<rule_id>"): "rest",
    ("PUT", "/api/alerts/quiet"): "rest",
    ("GET", "/api/alerts/push"): "rest",
    ("POST", "/api/alerts/push"): "rest",
    ("POST", "/api/alerts/webhooks"): "rest",
    ("DELETE", "/api/alerts/subscriptions/<subscription_id>"): "rest",
    ("GET", "/api/alerts/recent"): "live",
    ("GET", "/api/odds/<sport>"): "data",
    ("GET", "/api/odds/<sport>/openers"): "data",
    ("GET", "/api/events/<event_id>"): "data",
    ("GET", "/api/events/<event_id>/closing"): "data",
    ("GET", "/api/events/<event_id>/history"): "data",
    ("GET", "/api/events/<event_id>/props"): "data",
    ("GET", "/api/events/<event_id>/props/<market>"): "data",
    ("POST", "/api/events/<event_id>/props"): "control",
    ("GET", LISTEN.replace("nba", "<sport>")): "data",
    ("GET", "/api/health"): "open",
    ("GET", "/login"): "open",
    ("POST", "/login"): "open",
    ("POST", "/logout"): "open",
    ("GET", "/favicon.ico"): "open",
    ("GET", "/sw.js"): "open",
    ("GET", "/assets/<version>/board.css"): "open",
    ("GET", "/assets/<version>/<path:filename>"): "open",
    ("GET", "/static/<path:filename>"): "open",
}
NAMES = {
    "<sport>": "nba",
    "<path:event_id>": "e1",
    "<event_id>": "e1",
    "<market>": "player_points",
    "<version>": "1",
    "<path:filename>": "early.js",
    "<rule_id>": "r",
    "<subscription_id>": "s",
}
WHO = ("stranger", "page", "member", "data token", "owner's token")


class Mode(NamedTuple):
    board: str
    data: str

    def lets(self, who: str, kind: str) -> bool:
        """The law, in words of its own."""
        has_token = who.endswith("token")
        if kind == "open":
            return True
        if self.board == "private" and who in ("stranger", "page"):
            return False
        if kind in ("page", "rest", "control") or self.data == "open":
            return True
        if kind == "data" and self.data == "token":
            return has_token
        return who != "stranger"


MODES = [Mode(board, data) for board in ("open", "private") for data in ("page", "token", "open")]


@pytest.fixture(params=MODES, ids=lambda mode: f"{mode.board}-{mode.data}")
def mode(request: pytest.FixtureRequest) -> Mode:
    return Mode(*request.param)


@pytest.fixture
def board(mode: Mode, tmp_path: Path) -> Iterator[House]:
    with private_house(tmp_path, BOARD_ACCESS=mode.board, DATA_ACCESS=mode.data) as house:
        house.wiring.listeners.goodbye({})  # streams end as soon as they have said what they hold
        yield house


def private_house(folder: Path, **settings: str) -> Any:
    own: Any = {"BOARD_PASSWORD": PASSWORD, "DATA_TOKEN": DATA, "REFRESH_TOKEN": OWNER}
    return open_house(folder, **{**own, **settings})


def visitor(house: House, who: str) -> FlaskClient:
    """A client that is somebody, and stays that: it takes no cookies on its way."""
    client = house.app.test_client()
    if who == "member":
        assert client.post("/login", data={"password": PASSWORD}).status_code == 303
    elif who == "page":
        client.get("/status")
    cookie = client.get_cookie("linefinder_pass")
    same = house.app.test_client(use_cookies=False)
    tokens = {"data token": DATA, "owner's token": OWNER}
    if who in tokens:
        same.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {tokens[who]}"
    if cookie:
        same.environ_base["HTTP_COOKIE"] = f"linefinder_pass={cookie.value}"
    return same


def pass_of(client: FlaskClient) -> str:
    """The pass that a client carries."""
    return str(client.environ_base["HTTP_COOKIE"]).removeprefix("linefinder_pass=")


def ask(client: FlaskClient, method: str, rule: str) -> TestResponse:
    for name, value in NAMES.items():
        rule = rule.replace(name, value)
    return client.open(rule, method=method, headers=BROWSER)


def is_let_in(answer: TestResponse, kind: str) -> bool:
    """Whether the door let it through; what is behind it may refuse for reasons of its own."""
    if answer.status_code == 302 and "/login?" in answer.headers["Location"]:
        return False
    behind = kind == "control" and "refresh token" in answer.get_data(as_text=True)
    return answer.status_code != 401 or behind


def test_no_route_is_forgotten(house: House) -> None:
    rules = house.app.url_map.iter_rules()
    known = {(method, rule.rule) for rule in rules for method in rule.methods or ()}
    assert {route for route in known if route[0] not in ("HEAD", "OPTIONS")} == set(ROUTES)


def test_every_route_in_every_mode_is_for_whom_it_is_for(board: House, mode: Mode) -> None:
    for who in WHO:
        client = visitor(board, who)
        for (method, rule), kind in ROUTES.items():
            if rule == "/logout":
                continue
            answer = ask(client, method, rule)
            assert is_let_in(answer, kind) == mode.lets(who, kind), (who, method, rule)
            answer.close()


def test_a_head_and_a_question_for_options_tell_no_more(board: House, mode: Mode) -> None:
    client = board.app.test_client()
    for path, kind in (("/api/odds/nba", "data"), ("/status", "page"), ("/metrics", "rest")):
        for method in ("HEAD", "OPTIONS"):
            answer = client.open(path, method=method)
            assert is_let_in(answer, kind) == mode.lets("stranger", kind), (method, path)


def test_what_is_refused_says_nothing_of_what_is_there(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        house.poll(odds_of())
        client = house.app.test_client()
        for path in ("/api/odds/nba", "/api/odds/nowhere", "/nba", "/nowhere", "/api/nothing"):
            answer = client.get(path)
            assert answer.status_code in (302, 401), path
            assert "Boston" not in answer.get_data(as_text=True)
        assert client.get("/nba").headers["Location"] == "/login?to=/nba"
        said = client.get("/api/odds/nba")
        assert (said.mimetype, said.get_json()["code"]) == (
            "application/problem+json",
            "unauthorised",
        )
        assert said.headers["WWW-Authenticate"] == "Bearer"
        health = client.get("/api/health").get_json()
        assert (health["problems"], health["access"]) == ([], False)
        assert house.app.test_client().get("/login").headers["Cache-Control"] == "no-store"


def test_the_password_opens_the_board_and_signing_out_closes_it(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        client = house.app.test_client()
        wrong = client.post("/login", data={"password": "close sesame"})
        assert (wrong.status_code, "Set-Cookie" in wrong.headers) == (403, False)
        right = client.post("/login", data={"password": PASSWORD, "to": "/nba?market=totals"})
        assert (right.status_code, right.headers["Location"]) == (303, "/nba?market=totals")
        cookie = right.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Sign out" in client.get("/nba").get_data(as_text=True)
        assert client.get("/login?to=/status").headers["Location"] == "/status"
        client.post("/logout")
        assert client.get("/nba").status_code == 302


def test_signing_out_ends_a_copy_of_the_pass_too(tmp_path: Path) -> None:
    """In every process, after a restart, and however often it was renewed; others stay signed in."""
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        client, other = house.app.test_client(), house.app.test_client()
        for one in (client, other):
            one.post("/login", data={"password": PASSWORD})
        thief = house.app.test_client(use_cookies=False)
        kept = client.get_cookie("linefinder_pass")
        assert kept is not None
        access, shown = house.wiring.access, {"HTTP_COOKIE": f"linefinder_pass={kept.value}"}
        renewed = access.new_pass(True, access.visitor(shown).number)
        copies = [{"Cookie": f"linefinder_pass={value}"} for value in (kept.value, renewed)]
        assert [thief.get("/nba", headers=copy).status_code for copy in copies] == [200, 200]
        client.post("/logout")
        client.post("/logout")
        assert [thief.get("/nba", headers=copy).status_code for copy in copies] == [302, 302]
        assert other.get("/nba").status_code == 200
        thief = house.again().app.test_client(use_cookies=False)
        assert thief.get("/nba", headers=copies[0]).status_code == 302
        with house.app.app_context():
            ended = house.clock()
            assert [forget_passes(ended), forget_passes(ended + timedelta(seconds=1))] == [0, 1]


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\n"]
)
def test_the_password_leads_to_no_other_server(to: str, tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        answer = house.app.test_client().post("/login", data={"password": PASSWORD, "to": to})
        assert answer.headers["Location"] == "/"


def test_by_https_the_pass_is_for_https_alone(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private", TRUSTED_PROXIES="127.0.0.1") as house:
        client, said = house.app.test_client(), {"X-Forwarded-Proto": "https"}
        answer = client.post("/login", data={"password": PASSWORD}, headers=said)
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("__Secure-linefinder_pass=")
        assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
        page = client.get("/nba", headers=said, base_url="https://localhost")
        assert page.status_code == 200
        left = client.post("/logout", headers=said, base_url="https://localhost")
        assert left.status_code == 303
        again = client.get("/nba", headers=said, base_url="https://localhost")
        assert again.status_code == 302


def test_passwords_can_not_be_tried_quickly(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        client = house.app.test_client()
        tries = [client.post("/login", data={"password": f"guess {n}"}) for n in range(7)]
        assert [answer.status_code for answer in tries] == [403] * 5 + [429] * 2
        assert int(tries[-1].headers["Retry-After"]) > 5
        late = client.post("/login", data={"password": PASSWORD})
        assert late.status_code == 429, "not even the right one"
        other = {"REMOTE_ADDR": "10.1.1.1"}
        good = client.post("/login", data={"password": PASSWORD}, environ_base=other)
        assert good.status_code == 303


def test_a_page_of_a_foreign_origin_can_not_sign_in(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private") as house:
        headers = {"Origin": "https://evil.example"}
        for path in ("/login", "/logout"):
            answer = house.app.test_client().post(
                path, data={"password": PASSWORD}, headers=headers
            )
            assert answer.status_code == 403


def test_a_pass_is_worth_nothing_changed_old_or_after_a_new_password(tmp_path: Path) -> None:
    with private_house(tmp_path, BOARD_ACCESS="private", SECRET_KEY="s" * 32) as house:
        client = visitor(house, "member")
        held = pass_of(client)
        for value in (held + "x", held[1:], "page", ""):
            forged = house.app.test_client()
            forged.set_cookie("linefinder_pass", value)
            assert forged.get("/nba").status_code == 302
        with time_machine.travel(time.time() + 31 * 86_400):
            assert client.get("/nba").status_code == 302
        assert client.get("/nba").status_code == 200
        again = house.again(BOARD_PASSWORD="another one")
        later = again.app.test_client()
        later.set_cookie("linefinder_pass", held)
        assert later.get("/nba").status_code == 302


def test_the_pass_of_an_open_board_opens_no_private_one(tmp_path: Path) -> None:
    with private_house(tmp_path, DATA_ACCESS="page", SECRET_KEY="s" * 32) as house:
        held = pass_of(visitor(house, "page"))
        private = house.again(BOARD_ACCESS="private").app.test_client()
        private.set_cookie("linefinder_pass", held)
        assert private.get("/api/odds/nba").status_code == 401


def test_an_open_board_sets_no_cookie(house: House) -> None:
    assert "Set-Cookie" not in house.app.test_client().get("/nba").headers


def test_a_proxy_that_signs_people_in_is_believed_and_nobody_else(tmp_path: Path) -> None:
    settings = {"BOARD_USER_HEADER": "X-Remote-User", "TRUSTED_PROXIES": "10.0.0.0/8"}
    with private_house(tmp_path, BOARD_ACCESS="private", BOARD_PASSWORD="", **settings) as house:
        client = house.app.test_client()
        said = {"X-Remote-User": "ann", "X-Forwarded-For": "198.51.100.7"}
        through = {"REMOTE_ADDR": "10.2.3.4"}
        for path in ("/nba", "/api/odds/nba", "/metrics"):
            assert client.get(path, headers=said, environ_base=through).status_code == 200
        fresh = house.app.test_client()
        for path in ("/nba", "/api/odds/nba", "/metrics"):
            assert fresh.get(path, headers=said).status_code == 401
            nobody = {"X-Remote-User": " "}
            assert fresh.get(path, headers=nobody, environ_base=through).status_code == 401
        assert "sign in at its proxy" in fresh.get("/nba").get_data(as_text=True)
        assert fresh.get("/login").status_code == 404


REFUSED = {
    "a private board without a way in": ({"BOARD_ACCESS": "private"}, "BOARD_ACCESS=private"),
    "a header that anyone could send": ({"BOARD_USER_HEADER": "X-User"}, "TRUSTED_PROXIES"),
    "a short password": ({"BOARD_PASSWORD": "1234567"}, "BOARD_PASSWORD=(not shown)"),
    "a password that all try": ({"BOARD_PASSWORD": "Baseball"}, "BOARD_PASSWORD=(not shown)"),
    "tokens that nobody has": ({"DATA_ACCESS": "token"}, "DATA_TOKEN or REFRESH_TOKEN"),
    "a proxy for all the world and no token": ({"TRUSTED_PROXIES": "10.0.0.1"}, "REFRESH_TOKEN"),
    "a notice of two lines": ({"SITE_NOTICE": "one\ntwo"}, "SITE_NOTICE"),
    "a proxy that is no address": ({"TRUSTED_PROXIES": "nginx"}, "TRUSTED_PROXIES=nginx"),
}


@pytest.mark.parametrize(("settings", "words"), REFUSED.values(), ids=REFUSED)
def test_doors_that_make_no_sense_stop_the_start(settings: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words.replace("(", r"\(").replace(")", r"\)")):
        read_config(settings)


def test_data_is_for_pages_as_soon_as_others_can_reach_the_board() -> None:
    assert read_config({}).data_for == "open"
    assert read_config({"HOST": "0.0.0.0", "PUBLIC_REFRESH": "true"}).data_for == "page"
    proxied = {"TRUSTED_PROXIES": "127.0.0.1", "REFRESH_TOKEN": OWNER}
    assert read_config(proxied).data_for == "page"
    assert read_config({**proxied, "DATA_ACCESS": "open"}).data_for == "open"


def test_a_notice_stands_on_every_page_as_text(tmp_path: Path) -> None:
    words = "18+ <b>only</b> & help: 0800 123"
    with private_house(tmp_path, SITE_NOTICE=words) as house:
        client = house.app.test_client()
        for path in ("/", "/nba", "/status", "/login", "/nowhere", "/event/none"):
            page = client.get(path).get_data(as_text=True)
            assert "18+ &lt;b&gt;only&lt;/b&gt; &amp; help: 0800 123</footer>" in page, path


@pytest.mark.parametrize(
    "path", ["/nba", "/api/odds/nba", "/api/events/e1/history", "/login", "/status"]
)
def test_a_query_that_is_no_text_is_no_mistake_of_ours(path: str, house: House) -> None:
    asked = create_environ(path)
    for query in ("at=\xed\xa0", "market=\xff&format=csv", "\xed=1", "to=/\xe2\x80"):
        _, status, _ = run_wsgi_app(house.app.wsgi_app, {**asked, "QUERY_STRING": query})
        assert not status.startswith("5"), (path, query)
