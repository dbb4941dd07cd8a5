"""The sandbox's bookmakers: real names, made-up habits."""

from __future__ import annotations

from typing import NamedTuple

REGIONS = ("us", "us2", "us_dfs", "us_ex", "uk", "eu", "fr", "se", "au")


class Book(NamedTuple):
    """hold: share that the book keeps; lag: seconds behind the fair price; every: refreshes between
    two looks of the provider; off: how far its opinion strays (in log-odds)."""

    key: str
    title: str
    region: str
    hold: float
    lag: float
    every: float
    off: float
    exchange: bool = False


BOOKS: tuple[Book, ...] = (
    Book("draftkings", "DraftKings", "us", 0.043, 0, 1, 0.030),
    Book("fanduel", "FanDuel", "us", 0.042, 0, 1, 0.030),
    Book("betmgm", "BetMGM", "us", 0.046, 8, 2, 0.034),
    Book("williamhill_us", "Caesars", "us", 0.045, 10, 2, 0.032),
    Book("betrivers", "BetRivers", "us", 0.048, 20, 3, 0.036),
    Book("fanatics", "Fanatics", "us", 0.043, 12, 2, 0.032),
    Book("bovada", "Bovada", "us", 0.044, 25, 3, 0.034),
    Book("betonlineag", "BetOnline.ag", "us", 0.040, 4, 2, 0.024),
    Book("lowvig", "LowVig.ag", "us", 0.032, 4, 2, 0.020),
    Book("mybookieag", "MyBookie.ag", "us", 0.047, 40, 5, 0.036),
    Book("betus", "BetUS", "us", 0.047, 60, 6, 0.036),
    Book("williamhill", "William Hill", "uk", 0.055, 10, 2, 0.014),
    Book("paddypower", "Paddy Power", "uk", 0.055, 10, 2, 0.014),
    Book("betfair_ex_uk", "Betfair", "uk", 0.012, 0, 1, 0.004, exchange=True),
    Book("pinnacle", "Pinnacle", "eu", 0.028, 0, 1, 0.004),
    Book("unibet", "Unibet", "eu", 0.055, 15, 3, 0.015),
)
_REGION = {book.key: book.region for book in BOOKS}


def regions_of(key: str) -> tuple[str, ...]:
    """The regions whose price includes this bookmaker."""
    region = _REGION.get(key)
    return (region,) if region else REGIONS
