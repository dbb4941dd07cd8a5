"""Credits: what a poll costs, what is left, and how slow a fixed cadence must be to last the month.

The provider's headers are the truth; what is counted here between two answers is a forecast.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

RESERVE_SHARE = 0.02
BOOKMAKERS_A_REGION = 10
LOOK_COST = 1
"""Credits to be told which markets an event has."""
SCORES_COST, ENDED_COST = 1, 2
"""Credits of a look at the scores of games in play, and of one that tells also how games ended."""
SIZES = (500, 20_000, 100_000, 5_000_000, 15_000_000)
"""Credits a month of the provider's plans, as of 2026."""
DAY = 86_400.0


class Usage(NamedTuple):
    """The three headers of an answer: credits left and used this month, and the cost of the call."""

    remaining: int | None = None
    used: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The account as the last answer told it; None where no answer has told it yet. `cost` is what
    the last call that was paid cost: the provider may charge otherwise than is expected."""

    remaining: int | None = None
    used: int | None = None
    seen_at: datetime | None = None
    cost: int | None = None
    empty: bool = False
    """The provider refused a call for want of credits: nothing is paid before `/sports`, which is free,
    has shown some again."""

    @property
    def size(self) -> int | None:
        """Credits of a whole month: used + remaining."""
        if self.remaining is None or self.used is None:
            return None
        return self.used + self.remaining

    def after(self, usage: Usage | None, now: datetime) -> Ledger:
        """The ledger after an answer; headers that are missing change nothing."""
        if usage is None or usage.remaining is None:
            return self
        used = self.used if usage.used is None else usage.used
        remaining = min(usage.remaining, 0) if self.empty else usage.remaining
        return Ledger(remaining, used, now, usage.last or self.cost, self.empty)

    def exhausted(self, now: datetime) -> Ledger:
        """The ledger after OUT_OF_USAGE_CREDITS, whatever was counted before."""
        return replace(self, remaining=min(self.remaining or 0, 0), seen_at=now, empty=True)

    def looked(self, usage: Usage | None, now: datetime) -> Ledger:
        """The ledger after `/sports`, whose headers end what OUT_OF_USAGE_CREDITS began."""
        return replace(self, empty=False).after(usage, now)


def latest(one: Ledger, other: Ledger) -> Ledger:
    """The one that was told later."""
    if one.seen_at is None or other.seen_at is None:
        return other if one.seen_at is None else one
    return other if other.seen_at > one.seen_at else one


def poll_cost(markets: int, regions: int, bookmakers: int) -> int:
    """Credits of one full poll; chosen bookmakers win over regions, ten of them count as one."""
    groups = math.ceil(bookmakers / BOOKMAKERS_A_REGION) if bookmakers else regions
    return markets * groups


def month_start(now: datetime) -> datetime:
    return datetime(now.year, now.month, 1, tzinfo=UTC)


def next_reset(now: datetime) -> datetime:
    """When the month's credits come back: the first of the next month, 00:00 UTC."""
    year, month = divmod(now.year * 12 + now.month, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def reserve(ledger: Ledger, setting: int | None, now: datetime, by_hand: float = 0.0) -> int:
    """Credits that planned polls leave for manual refreshes; it falls evenly to 0 at the reset.

    `setting` is the reserve of a whole month; None means 2 % of the plan, or what manual refreshes
    are expected to use at `by_hand` credits a day, but never more than half of what is left.
    """
    whole = setting
    if whole is None:
        whole = math.ceil(RESERVE_SHARE * (ledger.size or 0))
    month = (next_reset(now) - month_start(now)).total_seconds()
    left = (next_reset(now) - now).total_seconds()
    even = math.ceil(whole * left / month)
    if setting is not None:
        return even
    expected = math.ceil(by_hand * left / DAY)
    return max(even, min(expected, (ledger.remaining or 0) // 2))


def next_size(size: int | None) -> int | None:
    """The provider's next larger plan; None where there is none, or the size is not known."""
    return next((larger for larger in SIZES if size is not None and larger > size), None)


def spendable(ledger: Ledger, reserved: int) -> int | None:
    """Credits that planned polls may use until the reset; None where the account is unknown."""
    if ledger.remaining is None:
        return None
    return max(0, ledger.remaining - reserved)


def fits(ledger: Ledger, cost: int, reserved: int = 0) -> bool:
    """Whether a call is known to leave at least `reserved` credits."""
    return ledger.remaining is not None and ledger.remaining - cost >= reserved


def lasting_interval(
    interval: float, cost: float, sports: int, credits_left: float | None, seconds_left: float
) -> float:
    """Seconds between two polls of a sport so that `credits_left` last for `seconds_left`.

    At least `interval`; infinity where not one more poll can be paid.
    """
    if credits_left is None or sports == 0:
        return interval
    rounds = credits_left / (cost * sports)
    if rounds < 1 / sports:
        return math.inf
    return max(interval, seconds_left / rounds)


class Forecast(NamedTuple):
    """What the settings mean before the first credit is spent.

    polls_a_day and interval (seconds) are for each sport as polled; exhausted_in is the seconds that
    the credits would last at the interval that was asked for.
    """

    interval: float
    polls_a_day: float
    credits_a_day: float
    exhausted_in: float
    stretched: bool


def forecast(
    interval: float, lasting: float, cost: int, sports: int, credits_left: int | None
) -> Forecast | None:
    """What `interval`, stretched to `lasting`, means for `sports` sports; None without any."""
    if sports == 0 or cost == 0:
        return None
    rate = cost * sports / interval
    exhausted_in = math.inf if credits_left is None else credits_left / rate
    polls = 0.0 if math.isinf(lasting) else DAY / lasting
    return Forecast(lasting, polls, polls * cost * sports, exhausted_in, lasting > interval)


def expected_left(plan: Forecast, credits_left: int | None, seconds_left: float) -> int | None:
    """Credits that polling will have left over at the reset; None where nothing is known."""
    if credits_left is None:
        return None
    return max(0, round(credits_left - plan.credits_a_day * seconds_left / DAY))


def in_words(plan: Forecast, wanted: float, planned: bool) -> str:
    """What the settings mean, in a sentence or two: `wanted` is the interval that was asked for;
    `planned`: polls are planned one by one, rather than evenly."""
    if not plan.polls_a_day:
        return "The credits left pay for no poll before the reset."
    polls, credits_ = f"{plan.polls_a_day:,.0f}", f"{plan.credits_a_day:,.0f}"
    said = f"{polls} polls a day for each sport, {credits_} credits a day in all."
    if math.isinf(plan.exhausted_in):
        return f"{said} What the account holds is known after the provider's first answer."
    if not plan.stretched:
        return said
    lasts = f"Every {wanted:g} s the credits would last {duration(plan.exhausted_in)}"
    if planned:
        return f"{lasts}, so polls are planned for when lines move, on average {said}"
    return f"{lasts}, so each sport is polled every {duration(plan.interval)} instead: {said}"


def duration(seconds: float) -> str:
    """A length of time for people: `45 s`, `83 min`, `5.2 h`, `12 days`."""
    for unit, size, most in (("s", 1, 120), ("min", 60, 120), ("h", 3600, 48)):
        if seconds < size * most:
            return f"{seconds / size:.3g} {unit}"
    return "for ever" if math.isinf(seconds) else f"{seconds / DAY:,.0f} days"
