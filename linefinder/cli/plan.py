"""flask plan: when each sport is polled next, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import click
from flask.cli import with_appcontext
from rich.console import Console
from rich.table import Table

from linefinder.cli.checks import say_json, stored
from linefinder.cli.ending import give_up
from linefinder.cli.reading import as_json
from linefinder.domain import quota
from linefinder.domain.odds import iso
from linefinder.domain.planner.prospect import Prospect
from linefinder.store.read import KnownSport
from linefinder.web.shown.meaning import prospect_rows
from linefinder.web.shown.timeline import because
from linefinder.wiring import Wiring, wiring


@click.command()
@as_json
@with_appcontext
def plan(json_: bool) -> None:
    """Show the polls that the credits buy in the coming week, from what is stored."""
    w = wiring()
    _check_formats(w, stored())
    w.load()
    now = w.now()
    if w.boards.ledger.remaining is None:
        give_up("the credits are not known yet: `flask --app app poll SPORT`, or start the server")
    if not w.cadence.is_planned(now):
        give_up(f"no polls are planned one by one. {_evenly(w, now)}")
    w.plans.make([*w.wanted.sports], force=True)
    made = w.plans.plan
    coming = {sport: w.plans.coming(sport, now) for sport in w.wanted.sports}
    prospects = w.prospects.make(w.cadence.paying(), now)
    if json_:
        polls = {sport: [iso(at) for at in times] for sport, times in coming.items()}
        ahead = [found._asdict() for found in prospects]
        made_of = {"credits": made.spent, "fresh": round(made.fresh, 3)}
        say_json({**made_of, "polls": polls, "prospects": ahead})
        return
    table = Table("sport", "next poll (UTC)", "", "polls by day")
    for sport, times in coming.items():
        days = Counter(f"{at:%a}" for at in times)
        first = f"{times[0]:%a %d %b %H:%M}" if times else "none in the coming week"
        reason = because(w.plans.why(sport, times[0])) if times else ""
        table.add_row(sport, first, reason, ", ".join(f"{day} {n}" for day, n in days.items()))
    Console().print(table)
    Console().print(_prospects(prospects, w.boards.titles))
    click.echo(f"{made.spent:.0f} credits; about {100 * made.fresh:.0f}% of shown prices right.")


def _check_formats(w: Wiring, known: Sequence[KnownSport]) -> None:
    """To load a board under another odds format is to begin it anew, which is the server's to do."""
    here = w.config.odds_format
    kept = {sport.odds_format for sport in known if sport.odds_format} - {here}
    if kept:
        words = f"the boards are kept in {', '.join(sorted(kept))} odds, and ODDS_FORMAT is {here}"
        give_up(f"{words} here; plan with the settings of the server")


def _evenly(w: Wiring, now: datetime) -> str:
    forecast = w.cadence.forecast(now)
    if forecast is None:
        return "No sport is polled."
    return quota.in_words(forecast, w.config.poll_interval_seconds, planned=False)


def _prospects(found: Sequence[Prospect], titles: Mapping[str, str]) -> Table:
    table = Table("with", "polls a day", "live of the coming day's evenings")
    for row in prospect_rows(found, titles):
        table.add_row(*row)
    return table
