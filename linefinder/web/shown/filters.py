"""Which finds somebody wants to see; the twin of static/js/finder/filters.js. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

from werkzeug.datastructures import MultiDict

from linefinder.domain.finder import KINDS, Find
from linefinder.domain.offers import PAIRED_MARKETS
from linefinder.domain.sports import sport_key
from linefinder.domain.stakes import KELLY

SOON = (3, 24)
"""Within how many hours a game may be asked to start."""
NUMBER = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,3})?")
MONEY = re.compile(r"[0-9]{1,8}(\.[0-9]{1,3})?")
"""Up to 99,999,999: also bankrolls in rupiah or dong."""


class Filters(NamedTuple):
    """kinds, sports, line: all where nothing is named (line: a market); least: per cent of the stake;
    oldest: seconds, of the oldest line; hours: within which a game starts (0: any); play: also what is
    in play; sure: nothing that has a doubt.
    total, bank, kelly: what is staked on all sides of a find together, a bankroll, and which part of
    the Kelly share of it is staked on a value."""

    kinds: tuple[str, ...] = ()
    sports: tuple[str, ...] = ()
    line: str = ""
    least: float | None = None
    oldest: float | None = None
    hours: int = 0
    play: bool = False
    sure: bool = False
    total: float | None = None
    bank: float | None = None
    kelly: float = KELLY[-1]

    @property
    def chosen(self) -> bool:
        """Whether anything is asked for, so that it may hide what is found."""
        return self._replace(total=None, bank=None, kelly=KELLY[-1]) != Filters()

    @property
    def number_set(self) -> int:
        """How many of them are set to something else than all; kinds count as one."""
        return sum(own != usual for own, usual in zip(self, Filters(), strict=True))

    def wants(self, found: Find, starts_in: float) -> bool:
        """Whether a find passes whose game starts in so many seconds."""
        if self.hours and starts_in > self.hours * 3600:
            return False
        if "in_play" in found.doubts and not self.play:
            return False
        if self.sure and set(found.doubts) - {"in_play"}:
            return False
        if self.oldest is not None and (found.age is None or found.age > self.oldest):
            return False
        return (
            (not self.kinds or found.kind in self.kinds)
            and (not self.sports or found.sport in self.sports)
            and self.line in ("", found.market)
            and (self.least is None or 100 * found.edge >= self.least)
        )


def filters_of(args: MultiDict[str, str]) -> Filters:
    """The filters in an address; nonsense counts as nothing."""
    line = args.get("line", "")
    return Filters(
        kinds=tuple(kind for kind in KINDS if kind in args.getlist("kind")),
        sports=tuple(dict.fromkeys(sport_key(name) for name in args.getlist("sport")[:40])),
        line=line if line in PAIRED_MARKETS else "",
        least=_number(args.get("least")),
        oldest=_number(args.get("oldest")),
        hours=next((hours for hours in SOON if args.get("hours") == str(hours)), 0),
        play=args.get("play") == "1",
        sure=args.get("sure") == "1",
        total=_money(args.get("total")),
        bank=_money(args.get("bank")),
        kelly=next((part for part in KELLY if args.get("kelly") == f"{part:g}"), KELLY[-1]),
    )


def _money(text: str | None) -> float | None:
    number = _number(text, MONEY)
    return number if number and number > 0 else None


def _number(text: str | None, written: re.Pattern[str] = NUMBER) -> float | None:
    return float(text) if text and written.fullmatch(text) else None
