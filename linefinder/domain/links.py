"""Links to bet slips: which of them may be opened. They live beside a board, never on it: a link that
changes makes no version.

A link comes from the provider and is opened by viewers, so that it must be https and lead to a host of
its own bookmaker; whatever else it says is the bookmaker's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

HOSTS: Mapping[str, str] = {
    "ballybet": "ballybet.com",
    "bet365": "bet365.com",
    "betfair_ex_au": "betfair.com.au",
    "betfair_ex_eu": "betfair.com",
    "betfair_ex_uk": "betfair.com",
    "betfair_sb_uk": "betfair.com",
    "betmgm": "betmgm.com",
    "betonlineag": "betonline.ag",
    "betparx": "betparx.com",
    "betrivers": "betrivers.com",
    "betus": "betus.com.pa",
    "betway": "betway.com",
    "bovada": "bovada.lv",
    "draftkings": "draftkings.com",
    "espnbet": "espnbet.com",
    "fanatics": "fanatics.com",
    "fanduel": "fanduel.com",
    "fliff": "getfliff.com",
    "hardrockbet": "hardrock.bet",
    "ladbrokes_uk": "ladbrokes.com",
    "lowvig": "lowvig.ag",
    "matchbook": "matchbook.com",
    "mybookieag": "mybookie.ag",
    "novig": "novig.us",
    "paddypower": "paddypower.com",
    "pinnacle": "pinnacle.com",
    "prophetx": "prophetx.co",
    "skybet": "skybet.com",
    "smarkets": "smarkets.com",
    "sport888": "888sport.com",
    "unibet": "unibet.com",
    "unibet_uk": "unibet.co.uk",
    "unibet_us": "unibet.com",
    "williamhill": "williamhill.com",
    "williamhill_us": "caesars.com",
}
"""{bookmaker: the host of its links, or of which theirs is a part}."""
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
URL = re.compile(
    r"https://([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)(?::443)?(?:[/?#][^\x00-\x20\x7f-\uffff\\<>\"'`{}]*)?"
)
"""https, no user, no other port, and nothing that a browser might read in another way."""
LONGEST = 2000


@dataclass(slots=True)
class Slips:
    """The links of one bookmaker on one event: of the event, of a market, of an outcome."""

    event: str | None = None
    markets: dict[str, str] = field(default_factory=dict)
    outcomes: dict[tuple[str, str], str] = field(default_factory=dict)

    def nearest(self, market: str, outcome: str) -> str | None:
        """The link of an outcome, else of its market, else of the event."""
        return self.outcomes.get((market, outcome)) or self.markets.get(market) or self.event


Links = dict[str, dict[str, Slips]]
"""{event: {bookmaker: its links}}"""


def allowed(url: str | None, host: str | None, state: str = "") -> str | None:
    """The link where it may be opened, None where it may not. `state` fills `{state}`, which stands in
    links of bookmakers that have a site for each; without it these are none."""
    if not url or not host or len(url) > LONGEST:
        return None
    url = url.replace("{state}", state) if state else url
    found = URL.fullmatch(url)
    name = found[1].lower() if found else ""
    return url if name == host or name.endswith(f".{host}") else None
