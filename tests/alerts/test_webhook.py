"""Webhooks: signed, timed, bounded, off unless the operator wants them, never into private networks."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from linefinder.alerts import sending, webhook
from linefinder.alerts.message import Delivery
from linefinder.alerts.outgoing import NotSent, post
from linefinder.domain.errors import Refused
from linefinder.domain.rules import quiet_of
from linefinder.store import watchers
from tests.alerts.test_push import BROWSER, ME, TARGET, reach
from tests.support.pushservice import Pushed, PushService
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of

TOKEN = "letmein"


@pytest.fixture
def service() -> Iterator[PushService]:
    listening = PushService()
    yield listening
    listening.close()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, ALERT_WEBHOOKS="true") as opened:
        opened.poll(odds_of(-110))
        client = opened.app.test_client()
        assert client.post("/api/alerts/rules", json=TARGET, headers=BROWSER).status_code == 201
        with opened.app.app_context():
            yield opened


def subscribe(house: House, url: str, **headers: str) -> TestResponse:
    client = house.app.test_client()
    return client.post("/api/alerts/webhooks", json={"url": url}, headers={**BROWSER, **headers})


def header(pushed: Pushed, name: str) -> str:
    found: Any = {key.lower(): value for key, value in pushed.headers.items()}
    return str(found[name.lower()])


def test_a_webhook_gets_the_message_timed_and_signed(house: House, service: PushService) -> None:
    secret = subscribe(house, f"{service.url}/hook?a=1").get_json()["secret"]
    reach(house)
    [pushed] = service.pushed
    stamp = header(pushed, "LineFinder-Timestamp")
    assert pushed.path == "/hook?a=1"
    assert stamp == str(int(house.clock().timestamp()))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + pushed.body, hashlib.sha256)
    assert header(pushed, "LineFinder-Signature") == f"sha256={signed.hexdigest()}"
    message = json.loads(pushed.body)
    assert (message["more"], message["quiet"]) == (0, False)
    assert message["alerts"][0]["kind"] == "target"


def test_a_secret_is_told_once_and_another_ends_the_first(
    house: House, service: PushService
) -> None:
    first, second = (subscribe(house, service.url).get_json() for _ in range(2))
    assert first["id"] == second["id"]
    assert first["secret"] != second["secret"]


def test_a_webhook_hears_in_quiet_hours_that_it_is_quiet(
    house: House, service: PushService
) -> None:
    subscribe(house, service.url)
    watchers.set_quiet(ME, quiet_of("00:00", "23:59", "UTC"), house.clock())
    reach(house)
    assert json.loads(service.pushed[0].body)["quiet"] is True


def test_a_webhook_that_fails_is_tried_again_and_stays(house: House, service: PushService) -> None:
    subscribe(house, service.url)
    service.statuses += [500, 410]
    reach(house)
    house.clock.pass_by(5)
    house.wiring.sending.work()
    house.clock.pass_by(600)
    house.wiring.sending.work()
    assert len(service.pushed) == 2


def test_no_more_than_so_many_a_minute_and_the_others_later(
    house: House, service: PushService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "MOST_A_MINUTE", 2)
    subscribe(house, service.url)
    for number in range(3):
        house.wiring.sending.tell(Delivery(ME, ({"number": number},)))
    for seconds, count in ((0, 2), (59, 2), (1, 3)):
        house.clock.pass_by(seconds)
        house.wiring.sending.work()
        assert len(service.pushed) == count


def test_webhooks_are_off_unless_the_operator_wants_them(
    tmp_path: Path, service: PushService
) -> None:
    with open_house(tmp_path, REFRESH_TOKEN=TOKEN) as house:
        refused = subscribe(house, service.url)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "webhooks_off")
        wrong = subscribe(house, service.url, Authorization="Bearer guess")
        assert wrong.status_code == 403
        assert subscribe(house, service.url, Authorization="Bearer letmein").status_code == 201
    with open_house(tmp_path) as house:
        empty = subscribe(house, service.url, Authorization="Bearer ")
        assert empty.status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/latest", "http://x.org/",
        "https://2852039166/", "https://0251.0376.0251.0376/", "https://0xa9fea9fe/",
        "https://[::ffff:169.254.169.254]/", "https://[::ffff:a9fe:a9fe]/", "https://0.0.0.0/",
        "https://[::]/", "https://[fe80::1]/", "https://localhost/", "https://me@example.org/",
    ],
)  # fmt: skip
def test_a_server_that_others_reach_sends_to_public_addresses_only(
    tmp_path: Path, url: str
) -> None:
    with open_house(tmp_path, HOST="0.0.0.0", REFRESH_TOKEN=TOKEN) as house:
        refused = subscribe(house, url, Authorization="Bearer letmein")
        assert (refused.status_code, refused.get_json()["code"]) == (409, "bad_address")


def test_a_board_that_others_reach_takes_webhooks_from_its_operator_alone(tmp_path: Path) -> None:
    with open_house(tmp_path, HOST="0.0.0.0", REFRESH_TOKEN=TOKEN, ALERT_WEBHOOKS="true") as house:
        refused = subscribe(house, "https://93.184.215.14/")
        assert (refused.status_code, refused.get_json()["code"]) == (403, "webhooks_off")
        right = subscribe(house, "https://93.184.215.14/", Authorization=f"Bearer {TOKEN}")
        assert right.status_code == 201


def test_a_name_that_means_another_address_a_moment_later_gains_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Looked at once, connected to what was looked at: DNS is asked no second time."""
    answers = ["93.184.215.14", "169.254.169.254", "169.254.169.254"]
    asked: list[str] = []
    connected: list[str] = []

    def resolve(host: str, port: int, *_: object, **__: object) -> list[Any]:
        asked.append(host)
        address = host if host[0].isdigit() else answers.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(_: object, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise OSError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(NotSent):
        post("https://rebinding.example/hook", b"{}", {}, inside=False)
    assert [name for name in asked if name == "rebinding.example"] == ["rebinding.example"]
    assert connected == ["93.184.215.14"]


def test_of_a_name_with_a_private_address_among_its_own_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [(2, 1, 6, "", (address, 443)) for address in ("93.184.215.14", "169.254.169.254")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(Refused, match="private network"):
        post("https://both.example/hook", b"{}", {}, inside=False)


TOLD = Delivery("w", ({"title": "Málaga at @everyone", "text": "h2h: **A** +105 at DK"},), more=2)


def test_discord_gets_a_text_that_mentions_nobody(house: House, service: PushService) -> None:
    answer = house.app.test_client().post(
        "/api/alerts/webhooks", json={"url": service.url, "format": "discord"}, headers=BROWSER
    )
    assert answer.status_code == 201
    reach(house)
    told = json.loads(service.pushed[0].body)
    assert told["allowed_mentions"] == {"parse": []}
    assert "your target, at Draftkings" in told["content"]
    body, _ = webhook.letter(TOLD, {"format": "discord"}, house.clock())
    assert json.loads(body)["content"] == (
        "**Málaga at \\@everyone**: h2h: \\*\\*A\\*\\* +105 at DK\n**And**: 2 more"
    )
    long = Delivery("w", ({"title": "x" * 1500, "text": "y" * 1500},), quiet=True)
    body, _ = webhook.letter(long, {"format": "discord"}, house.clock())
    assert len(json.loads(body)["content"]) == 2000
    assert json.loads(body)["flags"] == 4096


def test_ntfy_gets_a_title_and_a_plain_text(house: House, service: PushService) -> None:
    house.app.test_client().post(
        "/api/alerts/webhooks", json={"url": f"{service.url}/t", "format": "ntfy"}, headers=BROWSER
    )
    reach(house)
    [pushed] = service.pushed
    assert header(pushed, "Title") == "=?utf-8?q?Miami_Heat_at_Boston_Celtics?="
    assert header(pushed, "Priority") == "high"
    assert "your target, at Draftkings" in pushed.body.decode()
    long = Delivery("w", ({"title": "é\r\nX: y" * 90, "text": "ü" * 5000},), quiet=True)
    body, headers = webhook.letter(long, {"format": "ntfy"}, house.clock())
    assert len(body) == 3900
    assert headers["Priority"] == "min"
    assert not set("\r\n") & set(headers["Title"])
    assert headers["Title"].isascii()
