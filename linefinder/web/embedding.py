"""What the scripts of a page start from: it stands in the page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from linefinder import wire
from linefinder.domain.odds import iso_ms
from linefinder.web.shown import words
from linefinder.web.shown.cells import Shown
from linefinder.web.slips import linked_books
from linefinder.wiring import Wiring


def embedded(data: dict[str, Any]) -> Markup:
    """Data as a page holds it, for a <template>: there & and < alone need escaping."""
    body = wire.encode(data).decode()
    return Markup(body.replace("&", "&amp;").replace("<", "&lt;"))


def board_data(w: Wiring, message: wire.Message, shown: Shown, **more: Any) -> Markup:
    """What the pages of a board and of an event start from."""
    sport = message["sport"]
    data = {
        "now": iso_ms(shown.now),
        "board": message,
        "words": words.for_scripts(),
        "shown": {"market": shown.market, "odds": shown.odds_format},
        "page": {
            "polled": sport in w.wanted.sports,
            "active": w.boards.active.get(sport, True),
            "cooldown": w.config.refresh_cooldown_seconds,
            "cost": w.config.poll_cost,
            "commission": w.config.odds_commission,
            "linked": linked_books(w.boards, [sport]),
            "titles": {key: w.boards.titles.get(key, key) for key in w.wanted.sports},
            "fair": {"method": w.config.fair_method, "weights": w.config.fair_weights},
            **more,
        },
    }
    return embedded(data)
