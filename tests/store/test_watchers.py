"""Rules of browsers and what was told, on both databases: bounded, and told once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from linefinder.domain.errors import Refused
from linefinder.domain.rules import quiet_of
from linefinder.store import told, watchers
from linefinder.store.told import Claim
from tests.support.rooms import NBA, NFL, House, open_house
from tests.support.upstream import odds_of

ME, YOU = watchers.hashed("m" * 32), watchers.hashed("y" * 32)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    url = None
    if request.param == "postgres":
        current = request.getfixturevalue("current_postgres_url")
        url = current.replace("://", "+psycopg://", 1)
    with open_house(tmp_path, url) as opened, opened.app.app_context():
        yield opened


def add(house: House, watcher: str = ME, sport: str = NBA, body: str = "{}") -> watchers.KeptRule:
    return watchers.add_rule(watcher, sport, body, house.clock())


def test_a_rule_is_its_watchers_alone(house: House) -> None:
    mine, yours = add(house), add(house, YOU, NFL)
    assert watchers.rules_of(ME) == [mine]
    assert watchers.rules_for(NFL) == [yours]
    assert watchers.every_rule() == [mine, yours]
    assert not watchers.remove_rule(mine.key, YOU)
    assert watchers.remove_rule(mine.key, ME)
    assert not watchers.remove_rule(mine.key, ME)
    assert watchers.rules_of(ME) == []


def test_rules_are_bounded_in_size_and_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchers, "RULES_A_WATCHER", 2)
    monkeypatch.setattr(watchers, "RULES_IN_ALL", 3)
    with pytest.raises(Refused, match="at most 4096 bytes"):
        add(house, body="x" * 4097)
    add(house, body="[1]")
    add(house, body="[2]")
    with pytest.raises(Refused, match="2 rules a browser"):
        add(house, body="[3]")
    add(house, YOU, body="[1]")
    with pytest.raises(Refused, match="no more rules") as caught:
        add(house, YOU, body="[2]")
    assert (caught.value.code, caught.value.status) == ("too_many_rules", 409)
    monkeypatch.setattr(watchers, "WATCHERS", 2)
    with pytest.raises(Refused, match="no more browsers"):
        add(house, watchers.hashed("z" * 32))
    assert len(watchers.every_rule()) == 3


def test_a_browser_that_asks_twice_at_once_is_made_known_once(house: House) -> None:
    quiet = quiet_of("23:00", "07:00", "UTC")

    def second() -> None:
        with house.app.app_context():
            watchers.set_quiet(ME, quiet, house.clock())

    thread = threading.Thread(target=second)
    with watchers.writing() as connection:
        first = watchers.watcher_of(connection, ME, house.clock())
        thread.start()
        thread.join(0.3)  # it has come to where it waits for us
    thread.join(10)
    assert watchers.quiet_hours(ME) == quiet
    with watchers.writing() as connection:
        assert watchers.watcher_of(connection, ME, house.clock()) == first


def test_a_rule_that_is_made_anew_is_renewed_not_kept_twice(house: House) -> None:
    first = add(house)
    house.clock.pass_by(60)
    again = add(house)
    assert (again.key, again.made_at - first.made_at) == (first.key, timedelta(seconds=60))
    assert watchers.rules_of(ME) == [again]
    assert add(house, sport=NFL).key != first.key


def test_the_id_of_a_browser_is_nowhere_in_the_database(house: House) -> None:
    add(house, watchers.hashed("my-own-unguessable-id-0123456789"))
    [(kept,)] = house.rows("SELECT key_hash FROM watchers")
    assert len(kept) == 64
    assert "unguessable" not in kept


def test_quiet_hours_are_kept_and_taken_back(house: House) -> None:
    night = quiet_of("23:00", "07:30", "Europe/Berlin")
    assert watchers.quiet_hours(ME) is None
    watchers.set_quiet(ME, night, house.clock())
    assert watchers.quiet_hours(ME) == night
    assert watchers.quiet_hours(YOU) is None
    watchers.set_quiet(ME, None, house.clock())
    assert watchers.quiet_hours(ME) is None


def test_the_same_is_told_once_in_a_cool_down(house: House) -> None:
    one = Claim(add(house).id, "about", 600, "first")
    now = house.clock()
    assert told.claim([one, one], now) == [one]
    assert told.claim([one], now + timedelta(seconds=599)) == []
    again = one._replace(body="second")
    assert told.claim([again], now + timedelta(seconds=600)) == [again]
    assert told.recent(ME, 10) == [(now + timedelta(seconds=600), "second")]
    assert told.recent(YOU, 10) == []


def test_after_a_restart_it_is_still_told_once(house: House) -> None:
    one = Claim(add(house).id, "about", 600, "{}")
    assert told.claim([one], house.clock()) == [one]
    with house.again().app.app_context():
        assert told.claim([one], house.clock()) == []


def test_of_many_that_see_the_same_one_tells(house: House) -> None:
    one = Claim(add(house).id, "about", 600, "{}")
    found: list[int] = []

    def tell() -> None:
        with house.app.app_context():
            found.append(len(told.claim([one], house.clock())))

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0] * 7 + [1]


def test_a_rule_that_is_gone_tells_nothing(house: House) -> None:
    rule = add(house)
    one = Claim(rule.id, "about", 600, "{}")
    told.claim([one], house.clock())
    watchers.remove_rule(rule.key, ME)
    assert told.claim([one], house.clock() + timedelta(hours=1)) == []
    assert house.rows("SELECT * FROM sent_alerts") == []


def test_what_was_told_is_forgotten_after_a_week_or_beyond_its_number(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule, now = add(house), house.clock()
    claims = [Claim(rule.id, f"{number}", 60, "{}") for number in range(4)]
    for number, one in enumerate(claims):
        told.claim([one], now + timedelta(days=number))
    assert told.forget_told(now + timedelta(days=7, seconds=1)) == 1
    monkeypatch.setattr(told, "KEPT_IN_ALL", 1)
    assert told.forget_told(now + timedelta(days=7)) == 1
    assert len(told.recent(ME, 10)) == 2


def test_a_browser_that_nobody_sees_is_forgotten_with_all_that_is_its(house: House) -> None:
    one = Claim(add(house).id, "about", 60, "{}")
    told.claim([one], house.clock())
    add(house, YOU)
    add(house, watchers.OPERATOR)
    later = house.clock() + timedelta(days=100)
    watchers.seen(YOU, later)
    assert watchers.forget_watchers(later + timedelta(days=100)) == 1
    assert watchers.rules_of(ME) == []
    assert len(watchers.every_rule()) == 2


def test_a_rule_that_is_not_made_anew_ends_but_for_the_operators(house: House) -> None:
    one = Claim(add(house).id, "about", 60, "{}")
    told.claim([one], house.clock())
    add(house, watchers.OPERATOR)
    assert watchers.forget_rules(house.clock() + timedelta(days=89)) == 0
    assert watchers.forget_rules(house.clock() + timedelta(days=91)) == 1
    assert [kept.watcher for kept in watchers.every_rule()] == [watchers.OPERATOR]


def test_whether_a_market_was_posted_before_is_in_the_history(house: House) -> None:
    house.poll(odds_of(books=("draftkings",)))
    first = house.clock()
    house.poll(odds_of(books=("draftkings", "fanduel")))
    now = house.clock()
    assert told.was_posted(NBA, "e1", "h2h", None, now)
    assert not told.was_posted(NBA, "e1", "h2h", None, first)
    assert told.was_posted(NBA, "e1", "h2h", "draftkings", now)
    assert not told.was_posted(NBA, "e1", "h2h", "fanduel", now)
    assert not told.was_posted(NBA, "e1", "spreads", None, now)
