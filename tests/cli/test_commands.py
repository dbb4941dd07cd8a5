"""The commands, as a shell meets them: words, JSON, exit codes."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from werkzeug.serving import make_server

from linefinder.domain.odds import iso
from linefinder.extensions import db
from linefinder.store import lease
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of, refusal

EMPTY: dict[str, Any] = {}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


def run(house: House, *words: str) -> Result:
    result = house.app.test_cli_runner().invoke(args=list(words))
    assert "Traceback" not in result.output
    return result


def said(house: House, *words: str) -> Any:
    result = run(house, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_poll_stores_a_board_and_says_what_it_cost(house: House) -> None:
    result = run(house, "poll", "nba")
    assert result.exit_code == 0
    assert result.stdout == f"{NBA}: changed, version 1, 3 credits, 397 left\n"
    assert said(house, "poll", "nba")["changed"] is False
    assert house.rows("SELECT version FROM sports WHERE key = :key", key=NBA) == [(1,)]


def test_poll_beside_a_running_server_names_the_way(house: House) -> None:
    with house.app.app_context():
        assert lease.hold("another-host:1:a", house.clock())
        db.session.remove()
    result = run(house, "poll", "nba")
    assert result.exit_code == 3
    assert "flask --app app refresh nba" in result.stderr
    assert house.upstream.paid() == 0


def test_poll_says_what_the_provider_said(house: House) -> None:
    house.upstream.for_all = refusal(401, "INVALID_KEY", "API key is not valid.")
    result = run(house, "poll", "nba")
    assert result.exit_code == 1
    assert "INVALID_KEY" in result.stderr
    assert house.settings["ODDS_API_KEY"] not in result.output


@pytest.mark.parametrize("command", ["poll", "odds"])
def test_an_unknown_sport_is_named(command: str, house: House) -> None:
    result = run(house, command, "curling")
    assert result.exit_code == 1
    assert "'curling'" in result.stderr


def test_odds_shows_a_table_and_marks_the_best(house: House) -> None:
    better = odds_of()
    better["bookmakers"][0]["markets"][0]["outcomes"][0]["price"] = 105
    house.poll(better)
    shown = run(house, "odds", "nba").stdout
    assert "+105*" in shown
    assert "version 1" in shown
    assert "Boston Celtics" in shown
    totals = run(house, "odds", "nba", "--market", "totals").stdout
    assert "221.5" in totals


def test_odds_as_json_is_the_board(house: House) -> None:
    house.poll(odds_of())
    board = said(house, "odds", "nba")
    assert (board["version"], board["events"]["e1"]["home"]) == (1, "Boston Celtics")


def test_odds_of_a_sport_that_was_never_polled_says_how(house: House) -> None:
    run(house, "poll", "nba")
    with house.app.app_context():
        house.wiring.recorder.learn_sports({"baseball_mlb": ("MLB", True)})
    result = run(house, "odds", "mlb")
    assert result.exit_code == 1
    assert "flask --app app poll mlb" in result.stderr


def test_sports_and_quota_speak_json(house: House) -> None:
    run(house, "poll", "nba")
    listed = {sport["sport"]: sport for sport in said(house, "sports")}
    assert (listed[NBA]["alias"], listed[NBA]["polled"]) == ("nba", True)
    quota = said(house, "quota")
    assert (quota["remaining"], quota["used"], quota["poll_cost"]) == (397, 103, 3)
    words = run(house, "quota").stdout
    assert "remaining" in words
    assert "polls a day" in words


def test_prune_counts_what_it_deleted(house: House) -> None:
    house.poll(odds_of())
    counts = said(house, "prune", "--days", "1")
    assert all(count == 0 for count in counts.values())
    assert run(house, "prune", "--days", "0").exit_code == 2


def test_refresh_without_a_server_says_what_to_do(house: House) -> None:
    result = run(house, "refresh", "nba", "--url", "http://127.0.0.1:9")
    assert result.exit_code == 1
    assert "no LineFinder answers at http://127.0.0.1:9" in result.stderr


@pytest.mark.parametrize("answer", ["[]", "{}", '{"sport": "basketball_nba"}', '"yes"', "null"])
def test_refresh_of_something_else_says_that_it_is_no_linefinder(house: House, answer: str) -> None:
    def other(environ: Any, start: Any) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json")])
        return [answer.encode()]

    server = make_server("127.0.0.1", 0, other)
    threading.Thread(target=server.handle_request, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    result = run(house, "refresh", "nba", "--url", url)
    server.server_close()
    assert (result.exit_code, result.stderr) == (
        1,
        f"Error: what answers at {url} is no LineFinder\n",
    )


def test_times_in_json_are_utc(house: House) -> None:
    house.poll(odds_of())
    assert said(house, "odds", "nba")["feed"]["data_at"] == iso(house.clock())


@pytest.mark.parametrize(
    "words",
    [
        ["sandbox", "--fault", "storm"],
        ["sandbox", "--fault", "status:status=200"],
        ["sandbox", "--recording", "/nowhere.jsonl"],
        ["sandbox", "--sports", "curling"],
        ["sandbox", "--port", "70000"],
        ["simulate", "x", "--credits", "3", "--from", "0001-01-01T00:00:00+14:00"],
        ["poll"],
        ["odds", "nba", "--nothing"],
    ],
)
def test_bad_words_are_exit_code_2(words: list[str], house: House) -> None:
    result = run(house, *words)
    assert result.exit_code == 2
    assert result.stderr


@pytest.mark.parametrize(
    ("host", "why"), [("127.0.0.1", "in use"), ("no.such.host.invalid", "known"), ("::1", "in use")]
)
def test_a_sandbox_that_can_not_listen_says_why(house: House, host: str, why: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server(("::1" if ":" in host else "127.0.0.1", 0), family=family) as taken:
        port = str(taken.getsockname()[1])
        result = run(house, "sandbox", "--host", host, "--port", port)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: --host {host} --port {port} can't be listened on: ")
    assert why in result.stderr.lower() or host.endswith("invalid")


def test_a_market_that_no_board_has_is_no_empty_table(house: House) -> None:
    house.poll(odds_of())
    result = run(house, "odds", "nba", "--market", "h2")
    assert result.exit_code == 1
    assert "h2h" in result.stderr


def test_a_plan_that_is_none_says_why(house: House) -> None:
    house.upstream.remaining = 4
    house.poll(odds_of())
    result = run(house, "plan")
    assert (result.exit_code, "pay for no poll" in result.stderr) == (1, True)


def test_a_plan_speaks_json(house: House) -> None:
    house.poll(odds_of())
    told = said(house, "plan")
    assert 0 < told["fresh"] < 1
    assert told["polls"]["basketball_nba"]
    assert told["prospects"][0]["name"] == "as set"


def test_a_plan_in_another_odds_format_leaves_the_boards_alone(house: House) -> None:
    """A shell that lacks the server's settings has the default ones."""
    before = house.poll(odds_of()).board.version
    shell = House(
        house.folder,
        house.url,
        house.upstream,
        house.clock,
        **house.settings,
        ODDS_FORMAT="decimal",
    )
    result = run(shell, "plan")
    assert (result.exit_code, "ODDS_FORMAT" in result.stderr) == (1, True)
    assert house.rows("SELECT version FROM sports WHERE key = :key", key=NBA) == [(before,)]
    assert house.rows("SELECT count(*) FROM lines WHERE price IS NULL") == [(0,)]
    shell.close()
