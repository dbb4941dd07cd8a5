"""Following the database: what another process has committed is told here, once and in order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import NotLeading, Refused, StoreConflict
from linefinder.domain.odds import Position
from linefinder.scheduling.jobs import Jobs
from linefinder.store import sheets
from linefinder.store.tail import updates_since
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of, refusal


def look(house: House, leads: bool = False) -> list[str]:
    """Have a house look once; what it told then."""
    house.ears.told()
    with house.app.app_context():
        house.wiring.jobs.follower.look("me", leads)
    return [what for what in house.ears.told() if what != "if changed"]


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[House, House]]:
    """Two processes on one database."""
    with open_house(tmp_path, RESUME_VERSIONS="3", POLL_ENABLED="true") as house:
        other = House(house.folder, house.url, house.upstream, house.clock, **house.settings).open()
        yield house, other
        other.close()


def test_every_version_is_told_once_and_in_order(two: tuple[House, House]) -> None:
    polls, follows = two
    for price in (-120, -130, -140):
        polls.poll(odds_of(price))
    assert look(follows) == ["update"] * 3
    assert follows.boards.stream(NBA).board == polls.boards.stream(NBA).board
    assert follows.boards.stream(NBA).updates == polls.boards.stream(NBA).updates
    assert follows.boards.facts(NBA).confirmed == polls.boards.facts(NBA).confirmed
    assert look(follows) == []
    assert look(polls, leads=True) == [], "its own poll has told them"


def test_what_is_not_kept_any_more_is_told_whole(two: tuple[House, House]) -> None:
    polls, follows = two
    for price in range(-120, -170, -10):
        polls.poll(odds_of(price))
    assert look(follows) == ["snapshot"]
    assert follows.boards.stream(NBA).board == polls.boards.stream(NBA).board


def test_an_update_that_does_not_add_up_is_told_whole(
    two: tuple[House, House], caplog: pytest.LogCaptureFixture
) -> None:
    polls, follows = two
    polls.poll(odds_of(-120))
    polls.execute("UPDATE versions SET checksum = 1")
    assert look(follows) == ["snapshot"]
    assert "does not fit" in caplog.text
    assert follows.boards.stream(NBA).board == polls.boards.stream(NBA).board


def test_a_poll_that_changes_nothing_is_heard_too(two: tuple[House, House]) -> None:
    polls, follows = two
    polls.poll(odds_of())
    look(follows)
    polls.poll(odds_of())
    assert look(follows) == ["status"]
    assert follows.boards.facts(NBA).data_at == polls.boards.facts(NBA).data_at


def test_whoever_was_beaten_to_it_tells_what_the_other_wrote(two: tuple[House, House]) -> None:
    first, second = two
    first.poll(odds_of(-120))
    second.ears.told()
    second.poll(odds_of(-130))
    assert [what for what in second.ears.told() if what == "update"] == ["update"]
    assert second.boards.stream(NBA).board == first.boards.stream(NBA).board
    assert second.poll(odds_of(-130)).board.version == 2


def test_what_only_the_leader_knows_is_known_to_all(two: tuple[House, House]) -> None:
    polls, follows = two
    jobs: Jobs = polls.wiring.jobs
    jobs._scheduler.start(paused=True)
    with polls.app.app_context():
        jobs._lead()
    polls.poll(odds_of(-120))
    with polls.app.app_context():
        jobs._lead()
        jobs.agenda.plan_next(NBA)
        jobs.succession.post()
    look(follows)
    here, there = polls.boards, follows.boards
    assert there.judge(NBA, polls.clock()) == here.judge(NBA, polls.clock())
    assert there.ledger == here.ledger
    assert there.facts(NBA).next_poll_at == here.facts(NBA).next_poll_at is not None
    jobs._scheduler.shutdown(wait=False)


def metrics(house: House) -> dict[str, float]:
    """What a house tells Prometheus, by name and labels."""
    told = house.app.test_client().get("/metrics").get_data(as_text=True)
    lines = [line.rsplit(" ", 1) for line in told.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in lines}


def test_everybody_says_that_nobody_polls_when_the_poller_is_gone(tmp_path: Path) -> None:
    """The poller has no pages: those that serve them tell how it does, and that it is missing."""
    with open_house(tmp_path, POLL_ENABLED="true") as polls:
        quiet = {**polls.settings, "POLL_ENABLED": "false"}
        serves = House(polls.folder, polls.url, polls.upstream, polls.clock, **quiet).open()
        lead, follow = polls.wiring.jobs, serves.wiring.jobs
        lead.leading.holder = "elsewhere:1:b"
        polls.poll(odds_of(-120))
        polls.boards.learn(NBA, polling=True, next_poll_at=polls.clock() - timedelta(minutes=3))
        with polls.app.app_context():
            lead.leading.renew()
            lead.succession._did_lead = True
            lead.succession.post()
        with serves.app.app_context():
            follow.succession.follow()
        told = metrics(serves)
        assert (told["linefinder_polling"], told["linefinder_polled"]) == (1, 1)
        assert told[f'linefinder_polls_total{{outcome="ok",sport="{NBA}"}}'] == 1
        assert told[f'linefinder_next_poll_seconds{{sport="{NBA}"}}'] == -180
        with polls.app.app_context():
            lead.leading.release()
        with serves.app.app_context():
            follow.succession.follow()
            follow.leading.renew()
            follow.succession.follow()
        told = metrics(serves)
        assert (told["linefinder_polling"], told["linefinder_polled"]) == (1, 0)
        assert follow.succession.is_abandoned
        assert "<h2>Nobody polls</h2>" in serves.app.test_client().get("/status").text
        with serves.app.app_context():
            follow.switch.change(on=False)
            follow.succession.follow()
        assert metrics(serves)["linefinder_polling"] == 0, "now it is off because somebody said so"
        serves.close()


def test_who_lost_the_lease_pays_for_nothing(two: tuple[House, House]) -> None:
    polls, _ = two
    jobs: Jobs = polls.wiring.jobs
    with polls.app.app_context():
        jobs.leading.renew()
        polls.poller.purse.may_pay = jobs.leading.check
    polls.execute("UPDATE leases SET holder = 'elsewhere:1:b'")
    asked = polls.upstream.paid()
    with pytest.raises(Refused) as caught:
        polls.refresh()
    assert caught.value.status == 503
    assert polls.upstream.paid() == asked
    with polls.app.app_context(), pytest.raises(NotLeading):
        jobs.leading.check()
    assert not jobs.leading.holds()


def test_who_was_asleep_begins_to_lead_anew(two: tuple[House, House]) -> None:
    """Its poll came while it did not know whether it leads, and was not made: it has to be planned."""
    polls, _ = two
    jobs: Jobs = polls.wiring.jobs
    jobs._scheduler.start(paused=True)
    with polls.app.app_context():
        jobs._lead()
        polls.clock.pass_by(60)
        jobs._poll(NBA)
        jobs.agenda.drop(NBA)
        jobs._lead()
        assert jobs.agenda.has(NBA)
        assert polls.boards.facts(NBA).next_poll_at
        jobs._lead()
    assert jobs.leading.terms == 2
    jobs._scheduler.shutdown(wait=False)


def test_what_a_poll_learns_while_the_database_is_asked_is_not_forgotten(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls, other = two
    soon = polls.clock() + timedelta(minutes=5)

    def asked(*which: Any) -> Any:
        polls.boards.learn(NBA, next_poll_at=soon, failure="upstream_error")
        return updates_since(*which)

    monkeypatch.setattr("linefinder.processes.follow.updates_since", asked)
    other.poll(odds_of())
    assert look(polls, leads=True) == ["update"]
    facts = polls.boards.facts(NBA)
    assert (facts.next_poll_at, facts.failure) == (soon, "upstream_error")
    assert facts.data_at == other.clock()


def test_a_switch_is_not_undone_by_a_look_that_began_before_it(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls, _ = two
    jobs: Jobs = polls.wiring.jobs
    look_at_all = jobs.follower.look

    def look_slowly(*who: Any) -> Any:
        seen = look_at_all(*who)
        jobs.switch.change(on=False)
        return seen

    monkeypatch.setattr(jobs.follower, "look", look_slowly)
    jobs._scheduler.start(paused=True)
    with polls.app.app_context():
        jobs.leading.renew()
        jobs.switch.apply()
        assert jobs.agenda.has(NBA)
        jobs.succession.follow()
    assert not polls.wiring.wanted.on
    assert not jobs.agenda.has(NBA), "else it would be polled, and paid for, once more"
    jobs._scheduler.shutdown(wait=False)


def test_who_polls_no_longer_is_not_unwell_for_what_stopped_it(two: tuple[House, House]) -> None:
    polls, _ = two
    jobs: Jobs = polls.wiring.jobs
    jobs._scheduler.start(paused=True)
    with polls.app.app_context():
        jobs._lead()
    polls.upstream.for_all = refusal(401, "INVALID_KEY")
    polls.poll(odds_of(), seconds=0)
    assert "is not polled" in str(jobs.health.problem(polls.clock()))
    polls.execute("UPDATE leases SET holder = 'elsewhere:1:b', until = until + 60000")
    with polls.app.app_context():
        jobs._lead()
    assert jobs.health.problem(polls.clock()) is None
    jobs._scheduler.shutdown(wait=False)


def test_a_clock_that_is_set_back_takes_polls_and_data_with_it(two: tuple[House, House]) -> None:
    polls, other = two
    jobs: Jobs = polls.wiring.jobs
    steady = polls.clock().timestamp()
    jobs.succession._clock.steady = lambda: steady
    jobs.succession._clock.set_by()
    jobs._scheduler.start(paused=True)
    with polls.app.app_context():
        jobs._lead()
    polls.poll(odds_of(), seconds=0)
    due = polls.boards.facts(NBA).next_poll_at
    assert due
    polls.clock.pass_by(-3600)
    with polls.app.app_context():
        jobs.succession._heed_clock()
        jobs.succession.follow()
    look(other)
    hour = timedelta(hours=1)
    for house in (polls, other):
        assert house.boards.facts(NBA).data_at == polls.clock()
    assert polls.boards.facts(NBA).next_poll_at == due - hour
    assert jobs._scheduler.get_job(f"poll:{NBA}").next_run_time == due - hour
    polls.clock.pass_by(1900)
    steady += 1900
    look(polls, leads=True)
    assert polls.boards.judge(NBA, polls.clock()).status == "delayed", "it does not look fresh"
    jobs.succession._heed_clock()
    assert polls.boards.facts(NBA).next_poll_at == due - hour, "time that passes is not set"
    jobs._scheduler.shutdown(wait=False)


def test_data_of_later_than_now_is_of_no_known_age(tmp_path: Path) -> None:
    """The clock was set back while nobody ran: what is kept would look fresh until it has caught up,
    and neither a poll nor a refresh would be due before."""
    with open_house(tmp_path, POLL_ENABLED="true", REFRESH_COOLDOWN_SECONDS="30") as house:
        house.poll(odds_of())
        house.clock.pass_by(-3600)
        after = house.again()
        jobs: Jobs = after.wiring.jobs
        assert after.boards.judge(NBA, after.clock()).status == "waiting"
        assert after.cadence.first_poll(NBA, after.clock()) == after.clock()
        with after.app.app_context():
            jobs.leading.renew()
            jobs.succession._take_over()
        assert after.boards.judge(NBA, after.clock()).status == "waiting"
        assert after.refresh().changed is False
        assert after.boards.facts(NBA).data_at == after.clock()


def test_renewing_and_paying_at_once_is_no_loss(tmp_path: Path, current_postgres_url: str) -> None:
    """PostgreSQL lets two look at the lease at once; SQLite does not."""
    with open_house(tmp_path, current_postgres_url) as house:
        leading = house.wiring.jobs.leading

        def work() -> None:
            with house.app.app_context():
                for _ in range(20):
                    leading.check()
                    leading.renew()

        with house.app.app_context():
            leading.renew()
        with ThreadPoolExecutor(4) as pool:
            for done in [pool.submit(work) for _ in range(4)]:
                done.result()
    assert (leading.leads, leading.terms) == (True, 1)


def test_a_refresh_asked_of_a_follower_is_made_by_the_leader_once(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls, follows = two
    lead, ask = polls.wiring.jobs, follows.wiring.jobs.succession.asking
    paid = polls.upstream.paid()

    def serve(_: float) -> None:
        with polls.app.app_context():
            lead.succession.asking.serve("me")
            lead.succession.asking.serve("somebody else")

    monkeypatch.setattr("linefinder.processes.asking.time.sleep", serve)
    with follows.app.app_context():
        done = ask.refresh(NBA)
    assert (done.sport, done.version, done.credits) == (NBA, 1, 3)
    assert polls.upstream.paid() == paid + 1
    assert polls.rows("SELECT * FROM asks") == []


def test_props_asked_of_a_follower_are_paid_for_by_the_leader_and_seen_by_both(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls, follows = two
    polls.poll(odds_of())
    polls.upstream.extras["e1"] = odds_of()
    asking = follows.wiring.jobs.succession.asking

    def serve(_: float) -> None:
        with polls.app.app_context():
            polls.wiring.jobs.succession.asking.serve("me")

    monkeypatch.setattr("linefinder.processes.asking.time.sleep", serve)
    with follows.app.app_context():
        assert asking.load(NBA, "e1", None).credits == 1
        assert asking.load(NBA, "e1", ["h2h", "totals"]).credits == 2
        with pytest.raises(Refused, match="1 to 30 markets"):
            asking.load(NBA, "e1", [])
        assert [one.market for one in sheets.sheets("e1")] == ["h2h", "totals"]


def test_a_refusal_comes_back_as_it_was_said(
    two: tuple[House, House], monkeypatch: pytest.MonkeyPatch
) -> None:
    polls, follows = two
    polls.runs._allowance._per_hour = 0

    def serve(_: float) -> None:
        with polls.app.app_context():
            polls.wiring.jobs.succession.asking.serve("me")

    monkeypatch.setattr("linefinder.processes.asking.time.sleep", serve)
    with follows.app.app_context(), pytest.raises(Refused) as caught:
        follows.wiring.jobs.succession.asking.refresh(NBA)
    assert (caught.value.code, caught.value.status) == ("too_many_requests", 429)
    assert caught.value.retry_after


def test_only_who_holds_more_is_waited_for(two: tuple[House, House]) -> None:
    _, follows = two
    follower = follows.wiring.jobs.follower
    woken: list[int] = []
    here = follows.boards.stream(NBA).board.position

    def wake() -> None:
        woken.append(1)
        with follower._turned:
            follower.looks = follower._begun + 1

    follower.wake = wake
    follower.wait_for(NBA, here)
    follower.wait_for(NBA, Position("another", 7))
    assert woken == []
    follower.wait_for(NBA, Position(here.epoch, here.version + 1))
    assert woken == [1]


def test_who_still_has_the_old_odds_format_pays_for_nothing_and_writes_nothing(
    two: tuple[House, House],
) -> None:
    """New settings come to one process after the other; the one that polls may be the last."""
    polls, _ = two
    polls.poll(odds_of(-120))
    settings = {**polls.settings, "ODDS_FORMAT": "decimal"}
    newer = House(polls.folder, polls.url, polls.upstream, polls.clock, **settings).open()
    polls.upstream.extras["e1"] = odds_of()
    look(polls, leads=True)
    assert polls.boards.stream(NBA).board.odds_format == "decimal"
    asked = len(polls.upstream.asked)
    polls.poll(odds_of(-130))
    with pytest.raises(Refused, match="ODDS_FORMAT is american here") as caught:
        polls.refresh()
    assert caught.value.status == 503
    with polls.app.app_context(), pytest.raises(StoreConflict):
        polls.wiring.jobs.crew.props.load(NBA, "e1", ["totals"])
    assert len(polls.upstream.asked) == asked
    assert polls.rows("SELECT price FROM lines WHERE price IS NOT NULL") == []
    assert polls.boards.facts(NBA).failure == "store_error"
    look(newer)
    assert newer.poll(odds_of(1.9)).board.version == 3
    newer.close()
