"""Finds as pages show them; the twin of static/js/finder/rows.js. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from linefinder.domain.fair import fair_price
from linefinder.domain.finder import Bet, Find
from linefinder.domain.odds import Board, starts_at
from linefinder.domain.price import to_decimal
from linefinder.domain.stakes import Split, kelly_stake, split
from linefinder.web.shown.filters import Filters
from linefinder.web.shown.rows import name_of
from linefinder.web.shown.text import (
    age_text,
    money_text,
    pick_text,
    plain,
    plural,
    price_text,
    share_text,
)
from linefinder.web.shown.words import DOUBTS, FINDS, market_name


class Manner(NamedTuple):
    """How finds are told: the names of sports, the odds format (empty for the board's own), the zone,
    the stakes that the filters ask for, and the address of a bet's slip, empty where there is none."""

    titles: Mapping[str, str]
    odds: str
    zone: tzinfo
    asked: Filters
    slip: Callable[[Find, Bet], str] = lambda found, bet: ""


class BetRow(NamedTuple):
    """A bet in words; share of the stakes, or the stake, where something is asked for."""

    pick: str
    price: str
    book: str
    share: str
    age: str
    href: str = ""


class FindRow(NamedTuple):
    """A find in words; `starts` as in the board, `starts_at` in the viewer's zone."""

    key: str
    kind: str
    name: str
    edge: str
    event: str
    title: str
    sport: str
    starts: str
    starts_at: datetime
    market: str
    bets: tuple[BetRow, ...]
    note: str
    doubts: str


def row_of(found: Find, board: Board, manner: Manner) -> FindRow:
    """A find of a board."""
    titles, odds, zone, asked, slip = manner
    event, stakes = board.events[found.event], _stakes(found, asked)
    shown = odds or board.odds_format
    notes = _note(found, board.odds_format, shown), *_risks(found, stakes), _left(found, asked)
    return FindRow(
        key=key_of(found),
        kind=found.kind,
        name=FINDS[found.kind],
        edge=share_text(found.edge),
        event=found.event,
        title=name_of(event) or titles.get(found.sport, found.sport),
        sport=titles.get(found.sport, found.sport),
        starts=event["starts_at"],
        starts_at=starts_at(event).astimezone(zone),
        market=market_name(found.market),
        bets=tuple(
            _bet(bet, found, board, shown)._replace(
                href=slip(found, bet), **_stake(bet, stakes[n : n + 1], board.odds_format)
            )
            for n, bet in enumerate(found.bets)
        ),
        note=". ".join(filter(None, notes)),
        doubts=". ".join(_sentence(DOUBTS[doubt]) for doubt in found.doubts),
    )


def _stakes(found: Find, asked: Filters) -> tuple[int, ...]:
    """What to stake on each bet, empty where nothing is asked for. A find's prices after commission
    follow from its edge: (1 + edge) / share, or / probability."""
    if found.probability is not None:
        price = (1 + found.edge) / found.probability
        if asked.bank is None:
            return ()
        return (kelly_stake(asked.bank, asked.kelly, found.probability, price),)
    return _split(found, asked.total).stakes if asked.total else ()


def _split(found: Find, total: float) -> Split:
    return split(total, [(1 + found.edge) / bet.stake for bet in found.bets])


def _stake(bet: Bet, stake: tuple[int, ...], odds_format: str) -> dict[str, str]:
    """An exchange asks for what the backer stakes, so a lay says that."""
    if not stake:
        return {}
    if bet.lay:
        backed = stake[0] / (to_decimal(bet.price, odds_format) - 1)
        return {"share": f"lay {money_text(backed)}"}
    return {"share": f"bet {stake[0]:,}"}


def _risks(found: Find, stakes: tuple[int, ...]) -> list[str]:
    return [
        f"The lay risks {stake:,}"
        for bet, stake in zip(found.bets, stakes, strict=False)
        if bet.lay
    ]


def _left(found: Find, asked: Filters) -> str:
    """What rounded stakes leave, whichever side wins."""
    if found.probability is not None or not asked.total:
        return ""
    least = _split(found, asked.total).least
    return f"These stakes {'lose' if least < 0 else 'leave'} {money_text(abs(least))} at " + (
        "most" if least < 0 else "least"
    )


def key_of(found: Find) -> str:
    """What a find is about, whatever its figures."""
    bets = [
        part
        for bet in found.bets
        for part in (bet.outcome, "" if bet.point is None else plain(bet.point))
    ]
    whose = [found.bets[0].bookmaker] if len(found.bets) == 1 else []
    return "|".join([found.kind, found.sport, found.event, found.market, *bets, *whose])


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _bet(bet: Bet, found: Find, board: Board, shown: str) -> BetRow:
    pick = pick_text(found.market, bet.outcome, bet.point)
    return BetRow(
        f"Lay {pick}" if bet.lay else pick,
        price_text(bet.price, board.odds_format, shown),
        board.bookmakers.get(bet.bookmaker, bet.bookmaker),
        share_text(bet.stake).lstrip("+") if len(found.bets) > 1 else "",
        "age unknown" if bet.age is None else f"{age_text(bet.age)} old",
    )


def _note(found: Find, held: str, shown: str) -> str:
    if found.probability is not None:
        worth = price_text(fair_price(found.probability, held), held, shown)
        return f"Fair {worth} by {plural(found.others, 'other book')}"
    if found.kind == "middle":
        if not found.results:
            return "No result wins both; on one of them a bet is given back"
        return f"Both win on {plural(found.results, 'result')}"
    return ""
