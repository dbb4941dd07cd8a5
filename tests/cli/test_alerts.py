"""flask alerts: all rules as the operator sees them, and the operator's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from linefinder.store import watchers
from tests.cli.test_commands import run, said
from tests.support.pushservice import PushService
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        opened.poll(odds_of())
        yield opened


@pytest.fixture
def service() -> Iterator[PushService]:
    listening = PushService()
    yield listening
    listening.close()


def test_rules_are_added_listed_and_removed(house: House) -> None:
    made = run(house, "alerts", "add", "steam", "nba", "--books", "4", "--market", "h2h")
    assert made.exit_code == 0, made.output
    with house.app.app_context():
        watchers.add_rule(
            "f" * 64, NBA, '{"kind":"opener","sport":"basketball_nba"}', house.clock()
        )
    mine, theirs = said(house, "alerts", "list")
    assert (mine["id"], mine["whose"], mine["kind"]) == (made.stdout.strip(), "operator", "steam")
    assert (mine["what"]["books"], mine["what"]["market"]) == (4, "h2h")
    assert (theirs["whose"], theirs["kind"]) == ("ffffffff", "opener")
    shown = run(house, "alerts", "list").stdout
    assert "operator" in shown
    assert mine["id"] in shown, "whole, in 80 columns"
    assert run(house, "alerts", "remove", theirs["id"]).exit_code == 0
    again = run(house, "alerts", "remove", theirs["id"])
    assert (again.exit_code, len(said(house, "alerts", "list"))) == (1, 1)
    assert "there is no rule" in again.stderr


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("gut", "nba"), 2, "gut"),
        (("target", "nba"), 1, "needs 'market'"),
        (("opener", "nba", "--price", "150"), 1, "takes no 'price'"),
        (("opener", "curling"), 1, "no sport"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(
    house: House, words: tuple[str, ...], code: int, why: str
) -> None:
    result = run(house, "alerts", "add", *words)
    assert result.exit_code == code
    assert why in result.stderr


def test_the_operators_webhook_is_added_and_tested(house: House, service: PushService) -> None:
    none = run(house, "alerts", "test")
    assert (none.exit_code, "no webhook" in none.stderr) == (1, True)
    secret = run(house, "alerts", "webhook", service.url).stdout.strip()
    assert len(secret) == 64
    done = run(house, "alerts", "test")
    assert (done.exit_code, done.stdout) == (0, f"{service.url}: 201\n")
    assert json.loads(service.pushed[0].body)["alerts"][0]["kind"] == "test"
    service.statuses += [500]
    failed = run(house, "alerts", "test")
    assert (failed.exit_code, failed.stdout) == (1, f"{service.url}: 500\n")


def test_a_webhook_that_is_no_longer_wanted_is_removed(house: House, service: PushService) -> None:
    run(house, "alerts", "webhook", service.url)
    wrong = run(house, "alerts", "webhook", "http://elsewhere", "--remove")
    assert (wrong.exit_code, service.url in wrong.stderr) == (1, True)
    assert run(house, "alerts", "webhook", service.url, "--remove").exit_code == 0
    assert "no webhook" in run(house, "alerts", "test").stderr


def test_what_the_operator_waits_for_comes_to_the_operators_webhook(
    house: House, service: PushService
) -> None:
    run(house, "alerts", "webhook", service.url)
    target = ("--market", "h2h", "--outcome", "Boston Celtics", "--price", "150")
    run(house, "alerts", "add", "target", "nba", *target)
    house.poll(odds_of(155, stamp="2026-11-23T21:02:00Z"))
    with house.app.app_context():
        house.wiring.watching.work()
        house.wiring.sending.work()
    [pushed] = service.pushed
    assert json.loads(pushed.body)["alerts"][0]["line"] == [155, None]
