"""Webhooks: signed, timed, bounded, off unless the operator wants them, never into private networks."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from linefinder.alerts import sending
from linefinder.alerts.message import Delivery
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
    ["https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/latest", "http://x.org/"],
)
def test_a_server_that_others_reach_sends_to_public_addresses_only(
    tmp_path: Path, url: str
) -> None:
    with open_house(tmp_path, HOST="0.0.0.0", REFRESH_TOKEN=TOKEN) as house:
        refused = subscribe(house, url, Authorization="Bearer letmein")
        assert (refused.status_code, refused.get_json()["code"]) == (409, "bad_address")
