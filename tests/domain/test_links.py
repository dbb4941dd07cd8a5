"""Links to bet slips: https and the bookmaker's own host, or none."""

from __future__ import annotations

import pytest

from linefinder.domain.links import HOSTS, LONGEST, Slips, allowed

GOOD = [
    "https://betmgm.com",
    "https://sports.ny.betmgm.com/en/sports/events/1?options=1-2&type=Single",
    "https://SPORTS.BetMGM.com:443/x",
    "https://betmgm.com/#/slip",
]
BAD = [
    None, "", "http://betmgm.com/", "//betmgm.com/", "betmgm.com", "javascript:alert(1)",
    "https://notbetmgm.com/", "https://betmgm.com.evil.example/", "https://evil.example/betmgm.com",
    "https://betmgm.com@evil.example/", "https://evil.example\\.betmgm.com/", "https://betmgm.com:8443/",
    "https://evil.example#.betmgm.com", "https://evil.example?.betmgm.com", "https://betmgm.com./",
    "https://sports.{state}.betmgm.com/", "https://betmgm.com/a b", "https://betmgm.com/\nx",
    "https://betmgm.com/\"onclick=", "https://bétmgm.com/", "https://betmgm.com/" + "x" * LONGEST,
    "https://x@betmgm.com/", "https:/betmgm.com", "https://[::1].betmgm.com/",
]  # fmt: skip


@pytest.mark.parametrize("url", GOOD)
def test_a_link_to_the_bookmaker_is_kept(url: str) -> None:
    assert allowed(url, "betmgm.com") == url


@pytest.mark.parametrize("url", BAD)
def test_any_other_is_none(url: str | None) -> None:
    assert allowed(url, "betmgm.com") is None


def test_the_state_stands_where_a_bookmaker_has_a_site_for_each() -> None:
    one, other = "https://sports.{state}.betmgm.com/x?s={state}", "https://betmgm.com/{country}"
    assert allowed(one, "betmgm.com", "nj") == "https://sports.nj.betmgm.com/x?s=nj"
    assert allowed(other, "betmgm.com", "nj") is None


def test_a_bookmaker_without_a_host_has_no_links() -> None:
    assert allowed("https://betmgm.com/", None) is None
    assert all(allowed(f"https://{host}/", host) for host in HOSTS.values())


def test_the_nearest_link_is_taken() -> None:
    slips = Slips("https://e/", {"h2h": "https://m/"}, {("h2h", "A"): "https://o/"})
    assert slips.nearest("h2h", "A") == "https://o/"
    assert slips.nearest("h2h", "B") == "https://m/"
    assert slips.nearest("totals", "A") == "https://e/"
    assert Slips().nearest("h2h", "A") is None
