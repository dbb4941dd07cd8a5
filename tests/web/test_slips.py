"""Prices lead to bet slips; links are no part of a board."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linefinder.provider.links import links_of
from linefinder.provider.sandbox.contract import answer, query_from
from tests.support.rooms import NBA, House, open_house
from tests.support.upstream import odds_of


def linked(root: str) -> dict[str, Any]:
    """An event whose first book links to itself and to one outcome, the second to somebody else."""
    event = odds_of()
    first, second = event["bookmakers"]
    first["link"] = f"{root}/event"
    first["markets"][0]["outcomes"][0]["link"] = f"{root}/slip?a=1"
    second["link"] = "https://evil.example/"
    return event


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, INCLUDE_LINKS="true") as opened:
        opened.poll(linked("https://sportsbook.draftkings.com"))
        yield opened


def slip(house: House, **query: str) -> Any:
    return house.app.test_client().get("/slip/e1", query_string=query)


def test_a_price_leads_to_its_slip_or_as_near_as_there_is(house: House) -> None:
    exact = slip(house, book="draftkings", market="h2h", outcome="Boston Celtics")
    assert (exact.status_code, exact.headers["Location"]) == (
        302,
        "https://sportsbook.draftkings.com/slip?a=1",
    )
    assert exact.headers["Referrer-Policy"] == "no-referrer"
    near = slip(house, book="draftkings", market="totals", outcome="Over")
    assert near.headers["Location"] == "https://sportsbook.draftkings.com/event"


@pytest.mark.parametrize("book", ["fanduel", "nobody", ""])
def test_where_there_is_no_link_it_says_so(house: House, book: str) -> None:
    refused = slip(house, book=book, market="h2h", outcome="Boston Celtics")
    assert refused.status_code == 404
    assert "no link" in refused.text


def test_a_link_that_changes_makes_no_version_and_is_used_at_once(house: House) -> None:
    before = house.boards.stream(NBA)
    house.ears.told()
    after = house.poll(linked("https://other.draftkings.com"))
    assert after.board.position == before.board.position
    assert after.board.checksum == before.board.checksum
    assert house.ears.told() == ["status"]
    assert "other." in slip(house, book="draftkings", market="totals").headers["Location"]
    assert "http" not in json.dumps(after.board.events)


def test_a_link_leads_to_the_site_of_ones_state(tmp_path: Path) -> None:
    with open_house(tmp_path, INCLUDE_LINKS="true", LINK_STATE="NJ") as house:
        house.poll(linked("https://sports.{state}.draftkings.com"))
        led = slip(house, book="draftkings", market="totals").headers["Location"]
    assert led == "https://sports.nj.draftkings.com/event"


def test_links_are_asked_for_only_where_the_setting_says_so(house: House, tmp_path: Path) -> None:
    assert house.upstream.asked[-1][1]["includeLinks"] == "true"
    folder = tmp_path / "other"
    folder.mkdir()
    with open_house(folder) as plain:
        plain.poll(linked("https://sportsbook.draftkings.com"))
        assert "includeLinks" not in plain.upstream.asked[-1][1]
        assert plain.boards.links == {}


def test_the_sandbox_serves_links_to_who_asks() -> None:
    event = odds_of()
    told = answer([event], query_from({"regions": "us", "includeLinks": "true"}), False)
    found = links_of(json.dumps(told).encode(), {"draftkings": "draftkings.com"})
    assert found["e1"]["draftkings"].nearest("h2h", "Miami Heat") == (
        "https://sportsbook.draftkings.com/sandbox/e1?market=h2h&outcome=1"
    )
    assert set(found["e1"]) == {"draftkings"}
    assert "link" not in json.dumps(answer([event], query_from({"regions": "us"}), False))


@pytest.mark.parametrize("body", [b"", b"{}", b"[1]", b"\xff", b'[{"id": 1}]'])
def test_what_cant_be_read_for_links_gives_none(body: bytes) -> None:
    assert links_of(body, {"draftkings": "draftkings.com"}) == {}
