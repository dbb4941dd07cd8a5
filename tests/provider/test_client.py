"""The way over HTTP: each refusal in its place of the tree, every wait bounded, the key unseen."""

from __future__ import annotations

import gzip
import logging
import socket
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from linefinder.domain import errors
from linefinder.domain.quota import Usage
from linefinder.provider import client
from linefinder.provider.client import Asked, Provider
from tests.support.machine import free_port
from tests.support.recordings import Recordings
from tests.support.upstream import KEY, Say, Talk, Upstream, odds_of, refusal

NBA = "basketball_nba"
ASKED = Asked(("us", "uk"), (), ("h2h", "totals"), "american")
QUOTA = {"x-requests-remaining": "480", "x-requests-used": "20", "x-requests-last": "3"}


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    server = Upstream()
    yield server
    server.close()


@pytest.fixture
def provider(upstream: Upstream) -> Iterator[Provider]:
    yield from opened(upstream.url)


def opened(url: str, key: str = KEY, asked: Asked = ASKED) -> Iterator[Provider]:
    made = Provider(url, key, asked, "LineFinder/test")
    yield made
    made._session.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fractions of a second instead of seconds."""
    monkeypatch.setattr(client, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(client, "READ_SECONDS", 0.3)
    monkeypatch.setattr(client, "DEADLINE_SECONDS", 0.4)


def failure(ask: Callable[[], Any]) -> errors.ProviderError:
    """The error of a call that must fail; its text, its traceback never show the key."""
    with pytest.raises(errors.ProviderError) as caught:
        ask()
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown
    assert KEY not in repr(caught.value)
    return caught.value


# -- what is asked ------------------------------------------------------------------------


def test_odds_are_asked_for_as_the_settings_say(provider: Provider, upstream: Upstream) -> None:
    upstream.odds[NBA] = [odds_of()]
    answer = provider.odds(NBA)
    assert b"draftkings" in answer.body
    assert answer.usage == Usage(397, 103, 3)
    assert upstream.asked == [
        (
            f"/v4/sports/{NBA}/odds",
            {
                "apiKey": KEY,
                "regions": "us,uk",
                "markets": "h2h,totals",
                "oddsFormat": "american",
                "dateFormat": "iso",
            },
        )
    ]


def test_chosen_bookmakers_win_over_regions() -> None:
    params = Asked(("us",), ("draftkings", "fanduel"), ("h2h",), "decimal").params()
    assert params["bookmakers"] == "draftkings,fanduel"
    assert "regions" not in params
    assert params["oddsFormat"] == "decimal"


def test_the_free_endpoints_are_understood(provider: Provider, upstream: Upstream) -> None:
    upstream.sports.append({"key": "golf_x", "active": False, "has_outrights": True, "new": 1})
    upstream.odds[NBA] = [odds_of()]
    sports, usage = provider.sports()
    assert [(sport.key, sport.active) for sport in sports] == [(NBA, True), ("golf_x", False)]
    assert usage.remaining == 400
    events, _ = provider.events(NBA)
    assert [event.id for event in events] == ["e1"]


@pytest.mark.parametrize("body", [b"", b"{}", b"[7", b"null", b"<html>", b"[" * 99_999])
def test_a_free_answer_that_is_none_is_broken(
    provider: Provider, upstream: Upstream, body: bytes
) -> None:
    upstream.for_all = Say(200, body, QUOTA)
    for ask in (provider.sports, lambda: provider.events(NBA)):
        error = failure(ask)
        assert isinstance(error, errors.BrokenAnswer)
        assert error.usage == Usage(480, 20, 3)


def test_a_malformed_entry_does_not_hide_the_others(provider: Provider, upstream: Upstream) -> None:
    good = {"key": NBA, "id": "e1", "commence_time": "2026-11-24T00:10:00Z"}
    upstream.for_all = Say(200, [7, {}, {"key": None, "id": 7}, good])
    assert [sport.key for sport in provider.sports()[0]] == [NBA]
    assert [event.id for event in provider.events(NBA)[0]] == ["e1"]


# -- refusals -----------------------------------------------------------------------------


REFUSALS = [
    (401, "MISSING_KEY", errors.KeyRefused),
    (401, "INVALID_KEY", errors.KeyRefused),
    (401, "DEACTIVATED_KEY", errors.KeyRefused),
    (401, "OUT_OF_USAGE_CREDITS", errors.OutOfCredits),
    (429, "OUT_OF_USAGE_CREDITS", errors.OutOfCredits),
    (401, "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN", errors.RequestRefused),
    (404, "UNKNOWN_SPORT", errors.SportRefused),
    (422, "UNKNOWN_SPORT", errors.SportRefused),
    (404, "EVENT_NOT_FOUND", errors.RequestRefused),
    (422, "MISSING_REGION", errors.RequestRefused),
    (422, "INVALID_MARKET", errors.RequestRefused),
    (422, "INVALID_BOOKMAKERS", errors.RequestRefused),
    (429, "EXCEEDED_FREQ_LIMIT", errors.RateLimited),
    (429, "", errors.RateLimited),
    (401, "", errors.KeyRefused),
    (403, "", errors.RequestRefused),
    (500, "", errors.ServerFailed),
    (502, "SOMETHING_NEW", errors.ServerFailed),
    (503, "", errors.ServerFailed),
    (204, "", errors.BrokenAnswer),
    (302, "", errors.BrokenAnswer),
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_each_refusal_has_its_place_in_the_tree(
    provider: Provider, upstream: Upstream, status: int, code: str, kind: type
) -> None:
    upstream.for_all = refusal(status, code)
    if status == 204:
        upstream.for_all = Say(204)
    upstream.for_all.headers = QUOTA
    error = failure(lambda: provider.odds(NBA))
    assert type(error) is kind
    assert str(status) in str(error)
    assert code in str(error)
    assert error.usage == Usage(480, 20, 3)
    assert isinstance(error, errors.Unavailable) == (
        status in {429, 500, 502, 503, 204, 302} and kind is not errors.OutOfCredits
    )
    if isinstance(error, errors.RequestRefused):
        assert error.code == (code or str(status))
    if isinstance(error, errors.ServerFailed):
        assert error.status == status


RECORDED = {
    "401_DEACTIVATED_KEY": errors.KeyRefused,
    "401_HISTORICAL_UNAVAILABLE": errors.RequestRefused,
    "401_INVALID_KEY": errors.KeyRefused,
    "401_OUT_OF_USAGE_CREDITS": errors.OutOfCredits,
    "404_UNKNOWN_SPORT": errors.SportRefused,
    "422_INVALID_MARKET_unknown": errors.RequestRefused,
    "422_INVALID_MARKET_unsupported": errors.RequestRefused,
    "422_MISSING_REGION": errors.RequestRefused,
}


def test_every_recorded_refusal_has_its_place_in_the_tree(
    provider: Provider, upstream: Upstream, recordings: Recordings
) -> None:
    for name, body in recordings.errors().items():
        upstream.for_all = Say(int(name[:3]), body)
        error = failure(lambda: provider.odds(NBA))
        assert type(error) is RECORDED[name], name


def test_a_rate_limit_says_how_long_to_wait(provider: Provider, upstream: Upstream) -> None:
    upstream.for_all = Say(429, {}, {"Retry-After": "7"})
    error = failure(lambda: provider.odds(NBA))
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after == 7
    upstream.for_all = Say(429, {}, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"})
    error = failure(lambda: provider.odds(NBA))
    assert isinstance(error, errors.RateLimited)
    assert error.retry_after is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"\xff", b"[" * 99_999, b'{"error_code": 7, "message": []}']
)
def test_a_refusal_without_a_reason_is_one_all_the_same(
    provider: Provider, upstream: Upstream, body: bytes
) -> None:
    upstream.for_all = Say(503, body)
    assert isinstance(failure(lambda: provider.odds(NBA)), errors.ServerFailed)


def test_a_long_refusal_is_cut(provider: Provider, upstream: Upstream) -> None:
    upstream.for_all = refusal(500, "C" * 9_999, "m" * 9_999)
    assert len(str(failure(lambda: provider.odds(NBA)))) < 400


def test_a_redirect_is_not_followed(provider: Provider, upstream: Upstream) -> None:
    elsewhere = Upstream()
    upstream.for_all = Say(302, b"", {"Location": elsewhere.url})
    failure(lambda: provider.odds(NBA))
    assert elsewhere.asked == []
    elsewhere.close()


# -- the key ------------------------------------------------------------------------------


def test_a_key_that_the_provider_repeats_is_not_shown(
    provider: Provider, upstream: Upstream
) -> None:
    upstream.for_all = refusal(401, "INVALID_KEY", f"API key {KEY} is not valid")
    assert "is not valid" in str(failure(lambda: provider.odds(NBA)))
    upstream.for_all = refusal(422, KEY, "No.")
    failure(lambda: provider.odds(NBA))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1",
        "http://no-such-host.invalid",
        "http://127.0.0.1:99999",
        "http://[::1",
        "ftp://127.0.0.1",
        "http://",
    ],
)
def test_no_way_to_fail_shows_the_key(url: str, caplog: pytest.LogCaptureFixture) -> None:
    for made in opened(url):
        assert isinstance(failure(lambda: made.odds(NBA)), errors.TransportFailed)  # noqa: B023
    assert KEY not in caplog.text


def test_no_log_record_of_ours_shows_the_key(
    provider: Provider, upstream: Upstream, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    upstream.answers.extend([Say(500, {}), Say(200, b"]"), hang_up, broken_headers])
    for _ in range(4):
        try:
            provider.odds(NBA)
        except errors.ProviderError:
            logging.getLogger("linefinder.test").exception("a poll failed")
    assert KEY not in caplog.text


def hang_up(connection: socket.socket) -> None:
    """Close without a word."""


def broken_headers(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n[]")


# -- the wire -----------------------------------------------------------------------------


LONG = 8.0
"""Seconds for which a provider that hangs goes on; who is impatient leaves it well before the half."""


def say_then(text: bytes, seconds: float = 0.0, drip: bytes = b"") -> Talk:
    """Send bytes, then one more every few milliseconds for a while."""

    def talk(connection: socket.socket) -> None:
        connection.sendall(text)
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if drip:
                connection.sendall(drip)
            time.sleep(0.02)

    return talk


# closes, as the server of the tests does: a next request on a kept connection would find it gone
HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n"


def took(ask: Callable[[], Any]) -> tuple[errors.ProviderError, float]:
    began = time.monotonic()
    return failure(ask), time.monotonic() - began


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "talk",
    [
        say_then(b"", LONG),
        say_then(HEAD, LONG),
        say_then(HEAD + b"Content-Length: 9\r\n\r\n[", LONG),
    ],
    ids=["nothing", "half the headers", "half the body"],
)
def test_a_silent_provider_is_left(provider: Provider, upstream: Upstream, talk: Talk) -> None:
    upstream.for_all = talk
    error, seconds = took(lambda: provider.odds(NBA))
    assert isinstance(error, errors.TransportFailed)
    assert seconds < LONG / 2


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "talk",
    [
        say_then(HEAD + b"Content-Length: 99999\r\n\r\n", LONG, b"["),
        say_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", LONG, b"1\r\n[\r\n"),
        say_then(HEAD + b"\r\n", LONG, b"["),
        say_then(HEAD + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"[")[:9], LONG, b"\0"),
    ],
    ids=["with a length", "in chunks", "until it closes", "compressed"],
)
def test_a_body_that_drips_meets_the_deadline(
    provider: Provider, upstream: Upstream, talk: Talk
) -> None:
    upstream.for_all = talk
    error, seconds = took(lambda: provider.odds(NBA))
    assert isinstance(error, errors.TransportFailed)
    assert seconds < LONG / 2


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"garbage\r\n\r\n",
        HEAD + b"Content-Length: 10\r\n\r\n[1",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n[1",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n[1",
        HEAD + b"Content-Encoding: gzip\r\nContent-Length: 8\r\n\r\n" + gzip.compress(b"[]")[:8],
        HEAD + b"A: b\r\n" * 200 + b"\r\n[]",
        HEAD + b"A: " + b"b" * 70_000 + b"\r\n\r\n[]",
    ],
)
def test_an_answer_cut_off_or_garbled_is_a_failed_transport(
    provider: Provider, upstream: Upstream, text: bytes
) -> None:
    upstream.for_all = say_then(text)
    assert isinstance(failure(lambda: provider.odds(NBA)), errors.TransportFailed)


def test_a_body_that_can_not_be_unpacked_is_broken(provider: Provider, upstream: Upstream) -> None:
    upstream.for_all = Say(200, b"[]", {"Content-Encoding": "gzip", **QUOTA})
    error = failure(lambda: provider.odds(NBA))
    assert isinstance(error, errors.BrokenAnswer)
    assert error.usage == Usage(480, 20, 3)


def test_what_a_cut_off_answer_cost_is_known_all_the_same(
    provider: Provider, upstream: Upstream
) -> None:
    upstream.for_all = Say(200, b"[1", {"Content-Length": "99", **QUOTA})
    error = failure(lambda: provider.odds(NBA))
    assert isinstance(error, errors.TransportFailed)
    assert error.usage == Usage(480, 20, 3)


def test_a_body_may_be_compressed_or_chunked(provider: Provider, upstream: Upstream) -> None:
    packed = gzip.compress(b"[" + b" " * 200_000 + b"]")
    upstream.for_all = Say(200, packed, {"Content-Encoding": "gzip"})
    assert len(provider.odds(NBA).body) == 200_002
    chunks = b"3\r\n[1,\r\n2\r\n2]\r\n0\r\n\r\n"
    upstream.for_all = say_then(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert provider.odds(NBA).body == b"[1,2]"
    upstream.for_all = say_then(HEAD + b"\r\n[1]")
    assert provider.odds(NBA).body == b"[1]"
    upstream.for_all = Say(200, b"")
    assert provider.odds(NBA).body == b""


def test_a_body_without_end_is_broken(
    provider: Provider, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "LARGEST_BODY", 100_000)
    bomb = gzip.compress(b" " * 10_000_000)
    upstream.for_all = Say(200, bomb, {"Content-Encoding": "gzip", **QUOTA})
    error = failure(lambda: provider.odds(NBA))
    assert isinstance(error, errors.BrokenAnswer)
    assert error.usage == Usage(480, 20, 3)


def test_nobody_there_is_a_failed_transport() -> None:
    for made in opened(f"http://127.0.0.1:{free_port()}"):
        assert isinstance(failure(lambda: made.odds(NBA)), errors.TransportFailed)  # noqa: B023


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("480", 480),
        ("12.0", 12),
        (" 7 ", 7),
        ("-3", -3),
        ("0", 0),
        ("", None),
        ("many", None),
        ("nan", None),
        ("inf", None),
        ("1e400", None),
        ("9" * 5000, None),
        ("99999999999", None),
        ("-99999999999", None),
    ],
)
def test_the_quota_is_read_where_it_is_a_number(
    provider: Provider, upstream: Upstream, text: str, number: int | None
) -> None:
    """What no table could hold is no number either."""
    upstream.for_all = Say(200, [], {"x-requests-remaining": text, "X-REQUESTS-USED": "5"})
    assert provider.odds(NBA).usage == Usage(number, 5, None)


def test_without_headers_the_quota_is_not_known(provider: Provider, upstream: Upstream) -> None:
    upstream.tells_quota = False
    assert provider.odds(NBA).usage == Usage()
