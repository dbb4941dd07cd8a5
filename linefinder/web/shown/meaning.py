"""What the settings mean in credits, in sentences. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from linefinder.domain.planner.prospect import Prospect
from linefinder.domain.quota import Forecast, next_reset
from linefinder.web.shown.text import age_text, plural


def polling_words(
    forecast: Forecast | None, cost: int, sports: int, asked: float, now: datetime, planned: bool
) -> list[str]:
    """What polling costs, how often, and how long the credits last. `planned`: polls are planned one
    by one, for when lines move."""
    if forecast is None or sports == 0:
        return ["No sport is polled: POLL_SPORTS names none."]
    words = [
        f"A poll of one sport costs {plural(cost, 'credit')}; "
        f"{plural(sports, 'sport')} {'is' if sports == 1 else 'are'} polled."
    ]
    if math.isinf(forecast.interval):
        return [*words, "The credits left do not pay for one more poll before the reset."]
    evenly = "on average" if planned else f"every {age_text(forecast.interval)}"
    words.append(
        f"Each sport {_often(forecast.polls_a_day)}, {evenly}: "
        f"about {plural(round(forecast.credits_a_day), 'credit')} a day."
    )
    words.append(_lasting(forecast, asked, now, planned))
    return words


def _often(polls: float) -> str:
    if polls >= 1:
        return f"is polled {plural(round(polls), 'time')} a day"
    return f"is polled once in {1 / polls:.0f} days"


def _lasting(forecast: Forecast, asked: float, now: datetime, planned: bool) -> str:
    reset = next_reset(now)
    if math.isinf(forecast.exhausted_in):
        return "How long the credits last is known after the first answer of the provider."
    lasting = age_text(forecast.exhausted_in)
    day = f"{reset.day} {reset:%B}"
    if forecast.stretched:
        how = "polls are planned for when lines move," if planned else "the cadence is stretched"
        return (
            f"Every {age_text(asked)}, as set, the credits would be gone after {lasting}; "
            f"{how} so that they last to the reset on {day}."
        )
    if forecast.exhausted_in < (reset - now).total_seconds():
        return f"The credits left last {lasting}: they are gone before the reset on {day}."
    return f"The credits left last beyond the reset on {day}."


def prospect_rows(
    prospects: Iterable[Prospect], titles: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """[(what it is, polls a day of each sport, share of the evenings that is live)]"""
    rows = []
    for found in prospects:
        polls = [
            f"{titles.get(sport, sport)} {_number(count)}" for sport, count in found.polls.items()
        ]
        live = "no games in the coming day" if found.live is None else f"{100 * found.live:.0f}%"
        rows.append((found.name[:1].upper() + found.name[1:], ", ".join(polls), live))
    return rows


def _number(count: float) -> str:
    return f"{count:.1f}" if count < 10 else f"{count:,.0f}"
