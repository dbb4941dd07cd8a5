"""The sports that LineFinder knows by a short name; every other sport goes by the provider's key."""

ALIASES: dict[str, str] = {
    "nba": "basketball_nba",
    "nfl": "americanfootball_nfl",
    "mlb": "baseball_mlb",
    "nhl": "icehockey_nhl",
    "wnba": "basketball_wnba",
    "ncaaf": "americanfootball_ncaaf",
    "ncaab": "basketball_ncaab",
    "kbo": "baseball_kbo",
    "epl": "soccer_epl",
    "mls": "soccer_usa_mls",
    "worldcup": "soccer_fifa_world_cup",
}

TITLES: dict[str, str] = {
    "basketball_nba": "NBA",
    "americanfootball_nfl": "NFL",
    "baseball_mlb": "MLB",
    "icehockey_nhl": "NHL",
    "basketball_wnba": "WNBA",
    "americanfootball_ncaaf": "NCAAF",
    "basketball_ncaab": "NCAAB",
    "baseball_kbo": "KBO",
    "soccer_epl": "EPL",
    "soccer_usa_mls": "MLS",
    "soccer_fifa_world_cup": "FIFA World Cup",
}

_SHORT = {key: alias for alias, key in ALIASES.items()}


def sport_key(name: str) -> str:
    """The provider's key for an alias or a key: `nba` and `basketball_nba` give `basketball_nba`."""
    folded = name.strip().lower()
    return ALIASES.get(folded, folded)


def alias_of(key: str) -> str | None:
    """The short name of a sport, or None where it has none."""
    return _SHORT.get(key)
