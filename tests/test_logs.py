"""The log: one line for each thing that happened, its poll's id on each, and no secret on any."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from linefinder.config import read_config
from linefinder.logs import (
    Json,
    Seldom,
    Skipped,
    Text,
    Told,
    announce,
    named,
    set_up_logging,
    within_poll,
)
from tests.support.canary import CANARY
from tests.support.rooms import House, impatient, open_house
from tests.support.sandbox import Sandbox
from tests.support.server import Server
from tests.support.upstream import Say, odds_of
from tests.support.waiting import until

BROWSER = {"LineFinder-Browser": "b" * 40}


def told(form: type[Told], message: str, failed: bool = False, **fields: object) -> str:
    """What a log call writes."""
    try:
        raise ValueError(CANARY) if failed else ZeroDivisionError
    except (ValueError, ZeroDivisionError):
        cause = sys.exc_info() if failed else None
    record = logging.makeLogRecord(
        {"name": "linefinder.poll", "levelno": 30, "levelname": "WARNING", "msg": message,
         "exc_info": cause, **named("poll_failed", **fields)}
    )  # fmt: skip
    return form((CANARY, "")).format(record)


def test_a_line_of_json_has_its_fields_apart() -> None:
    with within_poll("3fa9c2d1"):
        line = told(Json, "no\nanswer", sport="nba", left=None, tries=4)
    assert "\n" not in line
    said = json.loads(line)
    assert said.pop("at").endswith("Z")
    assert said == {
        "level": "warning",
        "name": "poll_failed",
        "logger": "linefinder.poll",
        "message": "no\nanswer",
        "poll": "3fa9c2d1",
        "sport": "nba",
        "tries": 4,
    }


def test_a_line_for_people_stays_one_whatever_somebody_says() -> None:
    with within_poll("3fa9c2d1"):
        line = told(Text, "no answer\n2026 ERROR forged: \x1b[31m\u202eyou")
    assert line.endswith(
        "WARNING poll_failed: no answer\\n2026 ERROR forged: \\x1b[31m\\u202eyou poll=3fa9c2d1"
    )


@pytest.mark.parametrize("form", [Json, Text])
def test_a_traceback_tells_no_secret(form: type[Told]) -> None:
    line = told(form, f"a failure with {CANARY}", failed=True)
    assert CANARY not in line
    assert line.count("***") == 2
    assert "Traceback (most recent call last)" in line
    if form is Json:
        assert len(line.splitlines()) == 1
    else:
        assert all(each.startswith("    ") for each in line.splitlines()[1:])


def test_passwords_in_addresses_are_secrets_too() -> None:
    config = read_config(
        {"DATABASE_URL": "postgresql://me:pass-word-1@db/x", "REDIS_URL": "redis://:pass-word-2@r"}
    )
    assert {"pass-word-1", "pass-word-2"} <= set(config.secrets)


def test_words_of_the_start_are_json_where_all_is(capsys: pytest.CaptureFixture[str]) -> None:
    root, kept = logging.getLogger(), logging.getLogger().handlers[:]
    try:
        for form in ("text", "json"):
            config = read_config({"LOG_FORMAT": form})
            set_up_logging(config)
            announce(config, "It is on.")
    finally:
        root.handlers[:] = kept
    out, err = capsys.readouterr()
    assert out == "It is on.\n"
    assert json.loads(err)["message"] == "It is on."


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


class Heard(logging.Handler):
    """Keeps (name, poll) of what is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, object]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(json.loads(Json(()).format(record)))


@pytest.fixture
def heard() -> Iterator[list[dict[str, object]]]:
    handler, log = Heard(), logging.getLogger("linefinder")
    log.addHandler(handler)
    level = log.level
    log.setLevel("DEBUG")
    yield handler.lines
    log.removeHandler(handler)
    log.setLevel(level)


def test_a_poll_has_one_id_from_the_question_to_the_alerts(
    house: House, heard: list[dict[str, object]]
) -> None:
    client = house.app.test_client()
    house.poll(odds_of(-110))
    with house.app.app_context():
        house.wiring.watching.work()
    house.clock.pass_by(1)
    rule = {
        "kind": "target",
        "sport": "nba",
        "market": "h2h",
        "outcome": "Boston Celtics",
        "price": -400,
    }
    assert client.post("/api/alerts/rules", json=rule, headers=BROWSER).status_code == 201
    house.poll(odds_of(-120))
    with house.app.app_context():
        house.wiring.watching.work()
    lines = [line for line in heard if line["name"] in ("asking", "polled", "alerted")]
    assert [line["name"] for line in lines] == ["asking", "polled", "asking", "polled", "alerted"]
    first, second = {line["poll"] for line in lines[:2]}, {line["poll"] for line in lines[2:]}
    assert len(first) == len(second) == 1
    assert first != second
    assert lines[1]["credits"] == 3


def test_all_tries_of_a_poll_and_how_it_failed_have_its_id(
    house: House, heard: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient(monkeypatch)
    house.poll(odds_of())
    heard.clear()
    house.upstream.answers += [Say(503)] * 8
    house.poll(odds_of())
    lines = [line for line in heard if line["name"] in ("asking", "poll_failed")]
    assert [line["name"] for line in lines] == ["asking"] * 4 + ["poll_failed"]
    assert len({line["poll"] for line in lines}) == 1
    assert lines[-1]["reason"] == "upstream_error"


def test_what_fails_each_second_is_said_once_a_minute() -> None:
    now = 0.0
    seldom = Seldom(lambda: now)
    assert seldom.is_news("follow", "refused")
    assert not seldom.is_news("follow", "refused")
    assert seldom.is_news("lease", "refused")
    assert seldom.is_news("follow", "for another reason")
    now = 61.0
    assert seldom.is_news("follow", "for another reason")


def test_a_job_that_waits_is_named_and_said_once_a_minute() -> None:
    words = 'Execution of job "%s" skipped: maximum number of running instances reached (%d)'
    skipped = Skipped()
    records = [
        logging.makeLogRecord({"msg": words, "args": (SimpleNamespace(id=name), 1)})
        for name in ("tick", "tick", "lease")
    ]
    assert [skipped.filter(record) for record in records] == [True, False, True]
    assert "job_skipped: tick is skipped: its last run still waits" in Text(()).format(records[0])


@pytest.mark.slow
def test_a_server_writes_json_and_nothing_else(
    start_sandbox: Callable[..., Sandbox], start_server: Callable[..., Server]
) -> None:
    settings = {"POLL_SPORTS": "nba", "POLL_ENABLED": "true", "LOG_FORMAT": "json"}
    server = start_server(**start_sandbox().settings(**settings))
    until(lambda: '"polled"' in server.log, what="a poll")
    odd = {"EIO": "4", "transport": "polling"}
    assert server.rest("/socket.io/", params=odd).status_code == 400
    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert "error" not in {line["level"] for line in lines}, "a stranger's junk is no error of ours"
    assert {"at", "level", "name", "message"} <= set.intersection(*map(set, lines))
    polled = next(line for line in lines if line["name"] == "polled")
    assert (polled["sport"], len(polled["poll"])) == ("basketball_nba", 8)
