"""A slash behind the address of a page leads to the page; what is no page stays unknown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rooms import House, open_house


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/finder/", "/finder"),
        ("/tonight/?hours=3", "/tonight?hours=3"),
        ("/bets/", "/bets"),
        ("/status//", "/status"),
        ("/nba/?mine=fanduel&mine=betus&find=a%26b", "/nba?mine=fanduel&mine=betus&find=a%26b"),
        ("/event/e1/?odds=decimal", "/event/e1?odds=decimal"),
    ],
)
def test_a_slash_behind_a_page_leads_to_it_with_its_query(
    house: House, asked: str, page: str
) -> None:
    client = house.app.test_client()
    told = client.get(asked)
    assert (told.status_code, told.headers["Location"]) == (308, page)
    assert client.get(page).status_code == 200


def test_the_prefix_of_the_board_stays_before_it(tmp_path: Path) -> None:
    with open_house(tmp_path, URL_PREFIX="/odds") as house:
        client = house.app.test_client()
        for asked in ("/odds/finder/?play=1", "/odds/finder?play=1"):
            told = client.get(asked)
        assert told.status_code == 200
        told = client.get("/odds/finder/?play=1")
        assert told.headers["Location"] == "/odds/finder?play=1"


@pytest.mark.parametrize(
    "asked", ["//elsewhere.example/", "/%2Felsewhere.example/", "/\\elsewhere.example/"]
)
def test_it_leads_nowhere_else(house: House, asked: str) -> None:
    told = house.app.test_client().get(asked, base_url="http://localhost")
    assert told.headers.get("Location", "/").startswith(("/", "http://localhost/"))
    assert not told.headers.get("Location", "/").startswith("//")


@pytest.mark.parametrize("asked", ["/api/health/", "/metrics/", "/a/b/"])
def test_what_is_no_page_stays_unknown(house: House, asked: str) -> None:
    assert house.app.test_client().get(asked).status_code == 404


def test_nothing_but_looking_is_led_on(house: House) -> None:
    assert house.app.test_client().post("/finder/").status_code in (404, 405)
