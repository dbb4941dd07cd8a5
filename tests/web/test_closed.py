"""Closing lines on the pages: what is shown is what was last seen, and says how old it was."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from linefinder.web.shown.text import age_text, point_text, price_text
from tests.support.rooms import House, open_house
from tests.support.upstream import odds_of
from tests.web.test_closing import START, closes


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path) as opened:
        yield opened


@pytest.fixture
def client(house: House) -> FlaskClient:
    return house.app.test_client()


def tables(page: str) -> dict[str, list[list[str]]]:
    """{market: rows of texts} of the closing lines on a page."""
    return {
        market: [
            [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
            for row in re.findall("<tr[^>]*>(.*?)</tr>", body)
        ]
        for market, body in re.findall(
            r'<table class="closed" data-market="(\w+)">(.*?)</table>', page, re.DOTALL
        )
    }


@pytest.mark.parametrize("odds", ["american", "decimal", "fractional", "probability"])
def test_every_line_of_the_page_is_one_of_the_answer(
    house: House, client: FlaskClient, odds: str
) -> None:
    closes(house)
    told: Any = client.get("/api/events/e1/closing").get_json()
    shown = tables(client.get(f"/event/e1?odds={odds}").get_data(as_text=True))
    assert list(shown) == ["h2h", "totals"]
    for market, (head, *rows) in shown.items():
        assert head[::3] == ["Bookmaker", "Seen before"]
        names = {"h2h": ["Miami Heat", "Boston Celtics"], "totals": ["Over", "Under"]}[market]
        assert head[1:3] == names
        for row, book in zip(rows, ("draftkings", "fanduel", "betmgm"), strict=False):
            held = told["lines"][book][market]
            texts = [line_text(market, name, held[name], odds) for name in names]
            seen = age_text(held[names[0]]["age"]) + (", then off" if book == "betmgm" else "")
            assert row == [told["bookmakers"][book], *texts, seen]
    points = told["fair"]["points"]
    fair = [
        line_text("totals", name, points["totals"][name][0], odds) for name in ("Over", "Under")
    ]
    assert shown["totals"][-1] == ["Fair (2)", *fair, ""]
    assert ("h2h" in points, len(shown["h2h"])) == (False, 4), "no fair price out of faulty ones"


def line_text(market: str, name: str, line: Any, odds: str) -> str:
    price = price_text(line["price"], "american", odds)
    return f"{point_text(market, name, line['point'])} {price}".strip()


def test_before_the_start_there_are_no_closing_lines(house: House, client: FlaskClient) -> None:
    house.poll(odds_of(starts=START), seconds=0)
    page = client.get("/event/e1").get_data(as_text=True)
    assert "Closing lines" not in page
    assert 'id="closing"' in page


def test_old_lines_are_not_called_closing_lines(house: House, client: FlaskClient) -> None:
    house.poll(odds_of(starts="2026-11-23T23:30:00Z"), seconds=0)
    house.clock.pass_by(3 * 3600)
    page = client.get("/event/e1").get_data(as_text=True)
    assert "These are no closing lines: they were last looked at 2 h 29 min before" in page


def test_a_game_that_left_the_board_still_shows_how_it_closed(
    house: House, client: FlaskClient
) -> None:
    closes(house)
    house.poll()
    answer = client.get("/event/e1")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "not on the board any more" in page) == (200, True)
    assert tables(page)["totals"][1] == ["Draftkings", "o221.5 −110", "u221.5 −110", "39 s"]
    assert client.get("/event/never").status_code == 404


def test_markets_of_many_outcomes_stand_in_rows(house: House, client: FlaskClient) -> None:
    many = odds_of(starts=START, books=("draftkings", "fanduel"))
    for book in many["bookmakers"]:
        runners = [{"name": name, "price": 300} for name in ("A <b>", "B", "C", "D")]
        book["markets"] = [{"key": "outrights", "outcomes": runners}]
    house.poll(many, seconds=0)
    house.clock.pass_by(7200)
    rows = tables(client.get("/event/e1").get_data(as_text=True))["outrights"]
    assert rows[0] == ["Outcome", "Bookmaker", "Line", "Seen before"]
    assert rows[1:3] == [
        ["A &lt;b&gt;", "Draftkings", "+300", "29 min"],
        ["A &lt;b&gt;", "Fanduel", "+300", "29 min"],
    ]


def test_an_event_that_came_in_play_says_so(house: House, client: FlaskClient) -> None:
    house.clock.pass_by(3600)
    house.poll(odds_of(key="late", starts=START), seconds=0)
    page = client.get("/event/late").get_data(as_text=True)
    assert "No line of this game was seen before its start." in page


def test_a_game_in_play_is_shown_while_the_database_is_away(
    house: House, client: FlaskClient
) -> None:
    closes(house)
    house.execute("ALTER TABLE line_changes RENAME TO line_changes_away")
    answer = client.get("/event/e1")
    page = answer.get_data(as_text=True)
    assert (answer.status_code, "Closing lines" in page) == (200, False)
    assert "Boston Celtics" in page


def test_before_the_start_nobody_is_asked_how_it_closed(
    house: House, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.poll(odds_of(starts=START), seconds=0)
    monkeypatch.setattr("linefinder.store.closing.reading", lambda: pytest.fail("it was asked"))
    assert client.get("/event/e1").status_code == 200
