"""Who polls, who joins, who takes over; how often a try is made, and what stops it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import Refused
from linefinder.polling import tries
from tests.support.rooms import NBA, NFL, House, impatient, open_house
from tests.support.upstream import Say, odds_of, refusal
from tests.support.waiting import until

BUSY = Say(503, b"busy")


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    impatient(monkeypatch)
    with open_house(tmp_path, POLL_SPORTS="nba,nfl") as opened:
        opened.poll(odds_of())
        opened.upstream.asked.clear()
        yield opened


def background(house: House, sport: str = NBA) -> threading.Thread:
    def poll() -> None:
        with house.app.app_context():
            house.runs.background(sport)

    thread = threading.Thread(target=poll)
    thread.start()
    return thread


def refreshing(house: House) -> tuple[threading.Thread, list[Any]]:
    """A refresh under way, and where its answer will be."""
    answers: list[Any] = []

    def refresh() -> None:
        try:
            answers.append(house.refresh())
        except Refused as refused:
            answers.append(refused)

    thread = threading.Thread(target=refresh)
    thread.start()
    return thread, answers


def waiting(house: House) -> int:
    """How many wait for the poll of the NBA that is under way."""
    run = house.runs._active.get(NBA)
    return len(run.turned._waiters) if run else 0


@pytest.mark.parametrize(
    "answer",
    [BUSY, Say(500), Say(429), Say(200, b"<html>"), Say(200, {}), lambda connection: None],
    ids=["503", "500", "429", "not JSON", "no list", "no answer"],
)
def test_what_may_pass_is_tried_four_times(answer: Any, house: House) -> None:
    house.upstream.answers.extend([answer] * 4)
    house.poll(odds_of(-120))
    assert house.upstream.paid() == 4
    feed = house.boards.judge(NBA, house.clock())
    assert (feed.status, feed.reason) == ("stale", "upstream_error")


def test_the_fourth_try_may_be_the_one(house: House) -> None:
    paid = {"x-requests-remaining": "90", "x-requests-used": "410", "x-requests-last": "3"}
    house.upstream.answers.extend([BUSY, BUSY, Say(200, b"<html>", paid)])
    assert house.poll(odds_of(-120)).board.version == 2
    assert house.rows("SELECT outcome, tries, credits FROM polls")[-1] == ("ok", 4, 6)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "INVALID_KEY"), (401, "OUT_OF_USAGE_CREDITS"), (422, "INVALID_MARKET")],
)
def test_a_refusal_is_never_tried_again(status: int, code: str, house: House) -> None:
    house.upstream.answers.append(refusal(status, code))
    house.poll(odds_of(-120))
    assert house.upstream.paid() == 1


@pytest.mark.parametrize(
    ("code", "reason"), [("INVALID_MARKET", "request_refused"), ("UNKNOWN_SPORT", "unknown_sport")]
)
def test_a_request_that_is_refused_stops_its_sport_and_says_so(
    code: str, reason: str, house: House
) -> None:
    house.wiring.jobs._scheduler.start(paused=True)
    house.upstream.answers.append(refusal(422 if reason == "request_refused" else 404, code))
    house.poll(odds_of(-120))
    assert house.boards.judge(NBA, house.clock()).reason == reason
    assert NBA not in house.cadence.paying()
    assert NBA in str(house.wiring.jobs.health.problem(house.clock()))
    house.refresh()
    assert house.boards.judge(NBA, house.clock()).status == "live"
    assert house.wiring.jobs.health.problem(house.clock()) is None
    house.wiring.jobs._scheduler.shutdown(wait=False)


def test_credits_that_are_back_are_back_for_every_sport(house: House) -> None:
    for sport in (NBA, NFL):
        house.boards.learn(sport, polling=True)
    house.upstream.answers.append(refusal(401, "OUT_OF_USAGE_CREDITS"))
    house.poll(odds_of(-120))
    reasons = [house.boards.judge(sport, house.clock()).reason for sport in (NBA, NFL)]
    assert reasons == ["out_of_credits"] * 2
    with house.app.app_context():
        house.poller.look()  # free, and shows that there are credits
    assert [house.boards.facts(sport).failure for sport in (NBA, NFL)] == [None, None]


def test_two_calls_at_once_are_not_paid_with_the_same_credits(house: House) -> None:
    house.poll(odds_of(), sport=NFL)
    house.upstream.remaining = 3
    with house.app.app_context():
        house.poller.look()
    house.upstream.hold.clear()
    while house.upstream.entered.acquire(blocking=False):
        pass  # those were the polls before
    paid = house.upstream.paid()
    thread, answers = refreshing(house)
    assert house.upstream.entered.acquire(timeout=30)
    with pytest.raises(Refused) as caught:
        house.refresh(NFL)
    house.upstream.hold.set()
    thread.join(30)
    assert caught.value.code == "budget_exhausted"
    assert answers[0].credits == 3
    assert house.upstream.paid() == paid + 1


def test_a_mistake_of_ours_is_not_an_answer_of_the_provider(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(house.poller, "take", breaks)
    monkeypatch.setattr(threading, "excepthook", lambda _: None)
    with pytest.raises(Refused) as caught:
        house.refresh()
    assert (caught.value.status, caught.value.code) == (500, "internal_error")


def test_pauses_are_five_ten_and_fifteen_seconds_and_a_bit() -> None:
    class State:
        def __init__(self, number: int) -> None:
            self.attempt_number, self.outcome = number, None

    pauses = [tries._pauses((5.0, 10.0, 15.0))(State(number)) for number in (1, 2, 3)]  # type: ignore[arg-type]
    for pause, least in zip(pauses, (5, 10, 15), strict=True):
        assert least <= pause <= least + 1


def test_every_try_must_fit_the_credits(house: House) -> None:
    house.upstream.remaining = house.boards.ledger.remaining or 0
    house.upstream.answers.append(Say(503, b"", {"x-requests-remaining": "2"}))
    house.upstream.tells_quota = False
    house.poll(odds_of(-120))
    assert house.upstream.paid() == 1


def test_a_refresh_is_tried_twice(house: House) -> None:
    house.upstream.answers.extend([BUSY] * 3)
    with pytest.raises(Refused) as caught:
        house.refresh()
    assert (caught.value.code, caught.value.status) == ("upstream_error", 502)
    assert house.upstream.paid() == 2


def test_a_refresh_joins_a_request_in_flight(house: House) -> None:
    house.upstream.odds[NBA] = [odds_of(-120)]
    house.upstream.hold.clear()
    poll = background(house)
    assert house.upstream.entered.acquire(timeout=30)
    thread, answers = refreshing(house)
    until(lambda: waiting(house) == 1, what="it has joined")
    house.upstream.hold.set()
    thread.join(30)
    poll.join(30)
    assert house.upstream.paid() == 1
    assert (answers[0].version, answers[0].changed) == (2, True)


def test_two_refreshes_are_one_poll(house: House) -> None:
    house.upstream.odds[NBA] = [odds_of(-120)]
    house.upstream.hold.clear()
    pairs = [refreshing(house) for _ in range(3)]
    assert house.upstream.entered.acquire(timeout=30)
    until(lambda: waiting(house) == 3, what="all have joined")
    house.upstream.hold.set()
    for thread, _ in pairs:
        thread.join(30)
    assert house.upstream.paid() == 1
    assert [answers[0].version for _, answers in pairs] == [2, 2, 2]


def test_a_refresh_takes_over_a_run_that_waits(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "PAUSES", (60.0,) * 3)
    house.upstream.odds[NBA] = [odds_of(-120)]
    house.upstream.answers.append(BUSY)
    poll = background(house)
    until(lambda: house.upstream.paid() == 1)
    told = house.refresh()
    poll.join(30)
    assert not poll.is_alive()
    assert (told.version, house.upstream.paid()) == (2, 2)


def test_what_a_run_that_is_taken_over_cost_is_recorded(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tries, "PAUSES", (60.0,) * 3)
    before = house.rows("SELECT sum(credits) FROM polls")[0][0]
    house.upstream.odds[NBA] = [odds_of(-120)]
    house.upstream.answers.append(Say(200, b"[", {"x-requests-last": "3"}))
    poll = background(house)
    until(lambda: house.upstream.paid() == 1)
    house.refresh()
    poll.join(30)
    assert house.rows("SELECT sum(credits) FROM polls") == [(before + 6,)]


def test_one_sport_never_runs_twice_at_a_time(house: House) -> None:
    house.upstream.hold.clear()
    first = background(house)
    assert house.upstream.entered.acquire(timeout=30)
    background(house).join(30)  # does nothing
    house.upstream.hold.set()
    first.join(30)
    assert house.upstream.paid() == 1


def test_a_refused_key_stops_every_sport_until_a_refresh_works(house: House) -> None:
    house.poll(odds_of(), sport=NFL)
    house.upstream.for_all = refusal(401, "INVALID_KEY")
    house.poll(odds_of(-120))
    paid = house.upstream.paid()
    house.poll(odds_of(-120))
    house.poll(odds_of(-120), sport=NFL)
    assert house.upstream.paid() == paid
    feed = house.boards.judge(NBA, house.clock())
    assert (feed.status, feed.reason) == ("stale", "invalid_key")
    house.upstream.for_all = None
    house.upstream.odds[NBA] = [odds_of(-120)]
    assert house.refresh().changed
    assert house.poll(odds_of(-130)).board.version == 3
    assert house.poll(odds_of(-130), sport=NFL).board.version == 2


def test_a_mistaken_request_stops_its_sport_alone(house: House) -> None:
    house.upstream.answers.append(refusal(422, "INVALID_MARKET"))
    house.poll(odds_of(-120))
    paid = house.upstream.paid()
    house.poll(odds_of(-120))
    assert house.upstream.paid() == paid
    assert house.poll(odds_of(), sport=NFL).board.version == 1


def test_credits_that_are_gone_are_not_asked_for(house: House) -> None:
    house.upstream.answers.append(refusal(401, "OUT_OF_USAGE_CREDITS"))
    house.upstream.remaining = 0
    house.poll(odds_of(-120))
    paid = house.upstream.paid()
    house.poll(odds_of(-120))
    assert house.upstream.paid() == paid
    feed = house.boards.judge(NBA, house.clock())
    assert (feed.status, feed.reason) == ("stale", "out_of_credits")
    house.upstream.remaining = 500  # the month has turned; `/sports` shows it, which is free
    assert house.poll(odds_of(-120)).board.version == 2
    assert house.boards.judge(NBA, house.clock()).status == "live"
