"""The page of how LineFinder is doing."""

from __future__ import annotations

import platform
from datetime import datetime
from importlib.metadata import version

from flask import current_app, render_template

from linefinder.domain.quota import expected_left, next_reset, spendable
from linefinder.store import ledger
from linefinder.web.page import credits_meaning
from linefinder.web.shown import view
from linefinder.web.shown.meaning import prospect_rows
from linefinder.web.shown.timeline import PAST, Timeline, timeline
from linefinder.web.stored import if_stored
from linefinder.wiring import Wiring, wiring

POLLS_SHOWN = 20
PACKAGES = ("flask", "flask-socketio", "python-socketio", "python-engineio", "sqlalchemy")


def status() -> str:
    """How LineFinder is doing: feeds, credits, polls, viewers, versions."""
    w = wiring()
    now = w.now()
    sports = list(dict.fromkeys([*w.wanted.sports, *w.boards.sports()]))
    titles = sorted(w.boards.titles.items(), key=lambda item: item[1])
    return render_template(
        "status.html",
        tabs=view.tabs_of(w.wanted.sports, w.boards.titles, None),
        titles=w.boards.titles,
        others=[(key, title) for key, title in titles if key not in sports],
        feeds=[(sport, w.boards.judge(sport, now), w.boards.stream(sport)) for sport in sports],
        w=w,
        now=now,
        reset=next_reset(now),
        meaning=credits_meaning(w),
        left=_left(w, now),
        prospects=prospect_rows(w.prospects.found, w.boards.titles),
        plan=_plan(w, now) if w.wanted.on and w.cadence.is_planned(now) else None,
        polls=if_stored(lambda: ledger.recent_polls(POLLS_SHOWN), None),
        problem=w.health.problem(now),
        abandoned=w.jobs.succession.is_abandoned,
        versions=_versions(),
        strangers=sorted(w.strangers),
    )


def _left(w: Wiring, now: datetime) -> int | None:
    """Credits that are expected to be left at the reset."""
    forecast = w.cadence.forecast(now)
    if forecast is None or not w.wanted.on:
        return w.boards.ledger.remaining
    until = (next_reset(now) - now).total_seconds()
    return expected_left(forecast, spendable(w.boards.ledger, w.boards.reserve(now)), until)


def _plan(w: Wiring, now: datetime) -> Timeline:
    coming = {sport: w.plans.coming(sport, now) for sport in w.wanted.sports}
    whys = {sport: w.plans.why(sport, times[0]) for sport, times in coming.items() if times}
    done = if_stored(lambda: ledger.polls_since(now - PAST), [])
    return timeline(done, coming, whys, w.boards.titles, now)


def _versions() -> list[tuple[str, str]]:
    own = str(current_app.config.get("VERSION", ""))
    found = [(package, version(package)) for package in PACKAGES]
    return [("LineFinder", own), ("Python", platform.python_version()), *found]
