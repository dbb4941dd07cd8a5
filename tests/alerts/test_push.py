"""Web Push against a real receiver: sealed for the browser, signed by the server, tried again."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag

from linefinder.alerts.outgoing import NotSent, addresses_of, check_url, is_public, post
from linefinder.alerts.push import PushKeys, to_text
from linefinder.domain.errors import Refused
from linefinder.domain.odds import iso
from linefinder.domain.rules import quiet_of
from linefinder.store import subscriptions, watchers
from tests.support.pushservice import PushService
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of

KEY = "m" * 32
ME, BROWSER = watchers.hashed(KEY), {"LineFinder-Browser": KEY}
TARGET = {
    "kind": "target", "sport": "nba", "market": "h2h", "outcome": "Boston Celtics", "price": 150,
}  # fmt: skip


@pytest.fixture
def service() -> Iterator[PushService]:
    listening = PushService()
    yield listening
    listening.close()


@pytest.fixture
def house(tmp_path: Path, service: PushService) -> Iterator[House]:
    """A browser waits for a price, and has subscribed."""
    with open_house(tmp_path) as opened:
        opened.poll(odds_of(-110))
        client = opened.app.test_client()
        for path, body in (("rules", TARGET), ("push", service.subscription())):
            answer = client.post(f"/api/alerts/{path}", json=body, headers=BROWSER)
            assert answer.status_code == 201, answer.text
        with opened.app.app_context():
            yield opened


def reach(house: House) -> None:
    """The price is reached, and the jobs run."""
    stamp = iso(house.clock() + timedelta(seconds=60))
    house.poll(odds_of(155, stamp=stamp))
    house.wiring.watching.work()
    house.wiring.sending.work()


def test_a_push_is_sealed_for_the_browser_and_signed_by_the_server(
    house: House, service: PushService
) -> None:
    reach(house)
    [pushed] = service.pushed
    told = service.opened(pushed)
    [alert] = told["alerts"]
    assert (told["more"], list(alert)) == (0, ["id", "sport", "title", "text", "late"])
    assert "your target" in alert["text"]
    key = house.app.test_client().get("/api/alerts/push").get_json()["key"]
    claims = service.claims(pushed, key)
    assert claims["aud"] == service.url
    assert claims["sub"] == "mailto:linefinder@example.org"
    assert 0 < claims["exp"] - house.clock().timestamp() <= 24 * 3600
    assert pushed.headers["TTL"] == "600"


def test_nobody_else_can_read_or_sign_it(house: House, service: PushService) -> None:
    reach(house)
    [pushed] = service.pushed
    other = PushService()
    with pytest.raises(InvalidTag):
        other.opened(pushed)
    other.close()
    head, _, signature = pushed.headers["Authorization"].rpartition(".")
    forged = {**pushed.headers, "Authorization": f"{head}x.{signature}"}
    key = house.wiring.sending.keys.public()
    with pytest.raises(InvalidSignature):
        service.claims(pushed._replace(headers=forged), key)


def test_the_servers_key_is_kept_and_nobody_elses_to_read(house: House, tmp_path: Path) -> None:
    before = house.wiring.sending.keys.public()
    assert house.again().wiring.sending.keys.public() == before
    path = tmp_path / "vapid.pem"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in tmp_path.glob("vapid.*")] == ["vapid.pem"]
    assert PushKeys(tmp_path / "other", "mailto:a@b.c").public() != before


def test_what_failed_is_tried_again_after_a_pause(house: House, service: PushService) -> None:
    service.statuses += [503, 429]
    reach(house)
    for seconds, count in ((4, 1), (1, 2), (29, 2), (1, 3), (600, 3)):
        house.clock.pass_by(seconds)
        house.wiring.sending.work()
        assert len(service.pushed) == count
    assert len({pushed.body for pushed in service.pushed}) == 3


def test_who_is_gone_is_forgotten(house: House, service: PushService) -> None:
    service.statuses += [410]
    reach(house)
    assert subscriptions.subscriptions_of(ME) == []


def test_a_redirect_is_not_followed(house: House, service: PushService) -> None:
    service.statuses += [307]
    reach(house)
    house.clock.pass_by(600)
    house.wiring.sending.work()
    assert [pushed.path for pushed in service.pushed] == ["/send/abc"]


def test_in_quiet_hours_nothing_is_pushed(house: House, service: PushService) -> None:
    watchers.set_quiet(ME, quiet_of("00:00", "23:59", "UTC"), house.clock())
    reach(house)
    assert service.pushed == []


def test_a_service_that_is_not_there_holds_up_nothing(house: House, service: PushService) -> None:
    service.close()
    reach(house)
    assert house.poll(odds_of(-110)).board.version == 3


def test_a_subscription_is_ended_by_its_browser_alone(house: House) -> None:
    client = house.app.test_client()
    [kept] = subscriptions.subscriptions_of(ME)
    path = f"/api/alerts/subscriptions/{kept.key}"
    assert client.delete(path, headers={"LineFinder-Browser": "y" * 32}).status_code == 404
    assert client.delete(path, headers=BROWSER).status_code == 204
    assert client.delete(path, headers=BROWSER).status_code == 404


def test_subscriptions_are_bounded_and_one_an_address(house: House, service: PushService) -> None:
    client, body = house.app.test_client(), service.subscription()
    codes = []
    for number in (0, 0, 1, 2, 3, 4, 5):
        body["endpoint"] = f"{service.url}/send/{number}"
        codes.append(client.post("/api/alerts/push", json=body, headers=BROWSER).status_code)
    assert codes == [201, 201, 201, 201, 201, 409, 409]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"endpoint": "ftp://x/"}, "bad_address"),
        ({"endpoint": "https://user:word@x/"}, "bad_address"),
        ({"endpoint": "https://x:99999/"}, "bad_address"),
        ({"endpoint": "https://x/a b"}, "bad_address"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "bad_keys"),
        ({"keys": {"p256dh": "!", "auth": "?"}}, "bad_keys"),
        ({"keys": {"p256dh": to_text(b"\4" + b"\1" * 64), "auth": to_text(bytes(16))}}, "bad_keys"),
    ],
)
def test_what_no_browser_would_send_is_refused(
    house: House, service: PushService, wrong: dict[str, Any], code: str
) -> None:
    body = {**service.subscription(), **wrong}
    answer = house.app.test_client().post("/api/alerts/push", json=body, headers=BROWSER)
    assert (answer.status_code, answer.get_json()["code"]) == (409, code)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "ff02::1", "64:ff9b::7f00:1",
    ],
)  # fmt: skip
def test_an_address_behind_this_server_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_addresses_of_the_world_are_public() -> None:
    assert is_public("93.184.215.14")
    assert is_public("2606:2800:21f:cb07:6820:80da:af6b:8b2c")


def test_a_server_that_others_reach_sends_into_no_private_network(service: PushService) -> None:
    for name in ("localhost", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"):
        with pytest.raises((Refused, NotSent)):
            addresses_of(check_url(f"https://{name}/", inside=False), inside=False)
    with pytest.raises(Refused, match="https address"):
        post(service.url, b"", {}, inside=False)
    assert service.pushed == []
    assert post(service.url, b"", {}, inside=True) == 201


def test_behind_a_proxy_loopback_is_no_excuse(tmp_path: Path) -> None:
    with open_house(tmp_path, ALLOWED_ORIGINS="https://odds.example") as house:
        assert house.wiring.sending.inside is False
