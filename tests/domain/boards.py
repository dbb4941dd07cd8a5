"""Boards that hypothesis makes up: few names, so that two boards have much in common."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

Events = dict[str, Any]

NOW = datetime(2026, 11, 23, 21, 0, 5, 120_000, tzinfo=UTC)

EVENT_IDS = st.sampled_from(["a", "a|b", "b", "b|", "", "\U0001f3c0", "￮", "__proto__", "a\nb"])
BOOKMAKERS = st.sampled_from(["draftkings", "fanduel", "bet|mgm", "Ω", "constructor"])
MARKETS = st.sampled_from(["h2h", "spreads", "totals", "h2h_lay", "player_points"])
OUTCOMES = st.sampled_from(["Over", "Under", "Boston|Celtics", "Malmö FF", "x\n|", "\U0001f3c8"])
NUMBERS = st.one_of(
    st.integers(-1_000_000, 1_000_000),
    st.floats(-1_000_000, 1_000_000, allow_nan=False),
    st.sampled_from([-0.0, 0.0, 0, 1, 1.0, -110, -110.0, 2.0005, 0.0005, -0.0005]),
)
LINES = st.tuples(NUMBERS, st.none() | NUMBERS)
STARTS = st.sampled_from(["2026-11-24T00:10:00Z", "2026-11-24T00:20:00Z"])
TEAMS = st.sampled_from(["Boston Celtics", "Miami Heat"])


def mapping(keys: st.SearchStrategy[str], values: st.SearchStrategy[Any], least: int = 1) -> Any:
    """A small mapping; the empty ones that a board never holds are not made."""
    return st.dictionaries(keys, values, min_size=least, max_size=2)


MARKET = mapping(OUTCOMES, LINES)
EVENT = st.fixed_dictionaries(
    {
        "starts_at": STARTS,
        "lines": mapping(BOOKMAKERS, mapping(MARKETS, MARKET), least=0),
    },
    optional={"home": TEAMS, "away": TEAMS},
)
BOARDS: st.SearchStrategy[Events] = mapping(EVENT_IDS, EVENT, least=0)
CHAINS = st.lists(BOARDS, min_size=1, max_size=5)


def rows(events: Events) -> dict[Any, Any]:
    """The lines of a board by their four names, written anew."""
    return {
        (event, bookmaker, market, outcome): line
        for event, parts in events.items()
        for bookmaker, markets in parts["lines"].items()
        for market, outcomes in markets.items()
        for outcome, line in outcomes.items()
    }
