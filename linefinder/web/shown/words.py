"""The words of the pages, once: for the templates, and in the page's data for its scripts."""

from __future__ import annotations

from typing import Any

STATUSES = {
    "live": "Live",
    "delayed": "Delayed",
    "stale": "Data may be outdated",
    "waiting": "Waiting for the first prices",
    "idle": "No events",
}
REASONS = {
    "upstream_error": "the odds provider failed to answer",
    "request_refused": "the provider refuses what is asked for, so it is not asked again; see "
    "Status, mend ODDS_MARKETS, ODDS_REGIONS or ODDS_BOOKMAKERS, then Refresh",
    "unknown_sport": "the provider knows no such sport, so it is not asked again; see POLL_SPORTS",
    "store_error": "the database refused the last prices; see the log",
    "invalid_key": "the provider refuses the API key; set a valid ODDS_API_KEY, then Refresh",
    "out_of_credits": "this month's credits are used up; they return on the 1st, UTC",
    "paused": "nothing is polling this sport; Refresh fetches its prices once",
    "late": "the poll that was due has not come",
    "unreachable": "this page has lost its server, so newer prices can't reach it",
}
EMPTY = {
    "idle": "The provider has no events with odds for this sport now. The board fills by itself.",
    "season": "This sport is out of season at the provider; polling begins by itself when it is back.",
    "coming": "The first prices are on their way; the board fills by itself.",
    "unpolled": "Nothing polls this sport, so there are no prices yet. Refresh fetches them once.",
    "past": "There was nothing on the board at this moment.",
    "failed": "There are no prices to show, because the polls so far have failed.",
}
CONNECTIONS = {
    "connecting": "Connecting",
    "connected": "Connected",
    "events": "Connected by events",
    "asking": "Asking every 15 s",
    "reconnecting": "Reconnecting",
    "full": "The board is full; you are in line",
    "offline": "Your device is offline",
}
MARKETS = {
    "h2h": "Moneyline",
    "spreads": "Spread",
    "totals": "Total",
    "outrights": "Outright",
    "h2h_lay": "Moneyline, lay",
    "outrights_lay": "Outright, lay",
    "all": "Side by side",
}
FINDS = {
    "value": "Value",
    "arbitrage": "Arbitrage",
    "back_lay": "Back and lay",
    "middle": "Middle",
    "low_hold": "Low hold",
    "outlier": "Outlier",
}
DOUBTS = {
    "in_play": "in play, where one book is often just a moment ahead",
    "old": "its prices are older than is safe",
    "lag": "the book lags the last poll",
    "alone": "at most one other book has this line",
    "fault": "too good to be true, most likely a mistake",
}
"""Why a find may be none."""
BOOKS = {
    "draftkings": "DK",
    "fanduel": "FD",
    "betmgm": "MGM",
    "caesars": "CZR",
    "williamhill_us": "CZR",
    "pinnacle": "PIN",
    "circasports": "CIR",
    "betrivers": "BR",
    "espnbet": "ESPN",
    "fanatics": "FAN",
    "bet365": "365",
    "hardrockbet": "HR",
    "bovada": "BVD",
    "betonlineag": "BOL",
    "lowvig": "LV",
    "mybookieag": "MYB",
    "betus": "BUS",
    "betparx": "PARX",
    "ballybet": "BLY",
    "fliff": "FLF",
    "pointsbetus": "PB",
    "superbook": "SB",
    "unibet": "UNI",
    "unibet_us": "UNI",
    "unibet_uk": "UNI",
    "unibet_eu": "UNI",
    "wynnbet": "WYN",
    "twinspires": "TS",
    "barstool": "BAR",
    "sugarhouse": "SH",
    "foxbet": "FOX",
    "williamhill": "WH",
    "betfair_ex_uk": "BFX",
    "betfair_ex_eu": "BFX",
    "betfair_ex_au": "BFX",
    "betfair_sb_uk": "BFS",
    "matchbook": "MB",
    "smarkets": "SMK",
    "betopenly": "BO",
    "novig": "NVG",
    "prophetx": "PRX",
    "rebet": "REB",
    "ladbrokes_uk": "LAD",
    "paddypower": "PP",
    "skybet": "SKY",
    "betway": "BW",
    "betsson": "BSN",
    "marathonbet": "MAR",
    "onexbet": "1X",
    "sport888": "888",
    "nordicbet": "NRD",
    "gtbets": "GT",
}
"""Short names of bookmakers; the order is the order of the columns, others follow by title."""


def for_scripts() -> dict[str, Any]:
    """What the page's scripts need of this."""
    return {
        "statuses": STATUSES,
        "reasons": REASONS,
        "empty": EMPTY,
        "connections": CONNECTIONS,
        "markets": MARKETS,
        "books": BOOKS,
        "finds": FINDS,
        "doubts": DOUBTS,
    }


def short_name(bookmaker: str, title: str) -> str:
    """DK for DraftKings; for one that is not in the table, the start of its title."""
    return BOOKS.get(bookmaker) or "".join(title.split())[:5]


def market_name(market: str) -> str:
    """Moneyline for h2h; `player_points` as 'Player points'."""
    return MARKETS.get(market) or market.replace("_", " ").capitalize()


def empty_words(status: str, polled: bool, active: bool) -> str:
    """Why a board without events is empty; `polled`: it is polled in the background; `active`: in
    season at the provider."""
    if status == "idle":
        return EMPTY["idle"]
    if status == "waiting" and not active:
        return EMPTY["season"]
    if status == "stale":
        return EMPTY["failed"]
    return EMPTY["coming" if polled else "unpolled"]
