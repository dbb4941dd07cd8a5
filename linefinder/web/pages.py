"""The pages: thin. Boards come from memory; rows, words and marks from view.py and words.py."""

from __future__ import annotations

import platform
from dataclasses import replace
from datetime import datetime
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from linefinder import wire
from linefinder.domain.feed import Feed
from linefinder.domain.odds import iso_ms
from linefinder.domain.quota import expected_left, next_reset, spendable
from linefinder.domain.sports import alias_of, sport_key
from linefinder.store import history, ledger
from linefinder.store.past import first_moment
from linefinder.web import assets, doors, past, slashes, text, view, words
from linefinder.web.asked import ODDS, Asked, asked_of
from linefinder.web.cells import Shown
from linefinder.web.meaning import polling_words, prospect_rows
from linefinder.web.over import closing_of, over_page
from linefinder.web.slips import linked_books
from linefinder.web.stored import if_stored
from linefinder.web.timeline import PAST, Timeline, timeline
from linefinder.wiring import Wiring, wiring

bp = Blueprint("pages", __name__)
bp.register_blueprint(assets.bp)
POLLS_SHOWN = 20
HEADINGS = {
    401: "This board is private",
    404: "Nothing is here",
    429: "Not so fast",
    500: "LineFinder made a mistake",
}
FIRST_GAMES = 20
"""Games in the page as it is sent, more than a screen holds; scripts add the others."""
PACKAGES = ("flask", "flask-socketio", "python-socketio", "python-engineio", "sqlalchemy")


@bp.app_context_processor
def _for_every_page() -> dict[str, Any]:
    w = current_app.extensions.get("linefinder")
    return {
        "asset": assets.asset,
        "modules": assets.modules,
        "asset_version": assets.current_version,
        "base": request.script_root,
        "demo": bool(w and w.config.demo),
        "notice": w.config.site_notice if w else "",
        "can_leave": bool(w and w.config.board_password and doors.visitor().member),
        "text": text,
        "words": words,
        "asked": asked_of(request),
        "odds_formats": ODDS,
        "sport_url": _sport_url,
    }


def _sport_url(sport: str, **query: Any) -> str:
    return url_for("pages.board", sport=alias_of(sport) or sport, **query)


@bp.get("/")
def home() -> str:
    """The board of the first polled sport."""
    w = wiring()
    return _board(w, next(iter(w.wanted.sports), "basketball_nba"))


@bp.get("/<sport>")
def board(sport: str) -> str | tuple[str, int]:
    """The board of a sport, by alias or key."""
    w = wiring()
    key = sport_key(sport)
    return _board(w, key) if w.boards.knows(key) else _unknown(w, sport)


def _board(w: Wiring, sport: str) -> str:
    now, held = w.now(), w.boards.stream(sport)
    told, seen = w.boards.feed(sport, now), past.seen(w, sport, now)
    asked = asked_of(request)
    market = view.choose_market(seen.board, asked.market)
    shown = Shown(
        market, asked.odds or seen.board.odds_format, seen.at or now, asked.zone, *_own(w, asked)
    )
    columns = view.columns_of(seen.board, seen.board.events.values(), market, seen.feed)
    first = if_stored(lambda: first_moment(sport), None)
    most = None if request.args.get("games") == "all" else FIRST_GAMES
    return render_template(
        "board.html",
        **_common(w, sport, w.boards.judge(sport, now), now),
        board=seen.board,
        at=seen.at,
        first=first,
        columns=columns,
        days=view.days_of(seen.board, seen.feed, shown, columns, most),
        left=max(0, len(seen.board.events) - most) if most else 0,
        tops=view.top_names(seen.board, market),
        markets=view.market_choices(seen.board, market),
        shown=shown,
        searched=request.args.get("find", "")[:80],
        data=_data(
            w,
            wire.board_dict(held.board, held.events_json, told),
            replace(shown, now=now),
            first=iso_ms(first) if first else None,
            at=iso_ms(seen.at) if seen.at else None,
            past=seen.message,
        ),
    )


def _own(w: Wiring, asked: Asked) -> tuple[frozenset[str], dict[str, float]]:
    """Where the viewer bets, and what is kept of a win there."""
    return frozenset(asked.mine), {**w.config.odds_commission, **asked.fees}


def _common(w: Wiring, sport: str, feed: Feed, now: datetime) -> dict[str, Any]:
    """What every page with a feed status needs."""
    polled = sport in w.wanted.sports
    return {
        "sport": sport,
        "title": w.boards.titles.get(sport, sport),
        "tabs": view.tabs_of(w.wanted.sports, w.boards.titles, sport),
        "feed": feed,
        "now": now,
        "remaining": w.boards.ledger.remaining,
        "next_poll": view.next_poll_text(feed, now),
        "empty": words.empty_words(feed.status, feed.polling, w.boards.active.get(sport, True)),
        "polled": polled,
        "polling_on": feed.polling,
        "meaning": _meaning(w),
        "cost": w.config.poll_cost,
    }


def _meaning(w: Wiring) -> list[str]:
    now, config = w.now(), w.config
    return polling_words(
        w.cadence.forecast(now),
        config.poll_cost,
        len(w.wanted.sports),
        config.poll_interval_seconds,
        now,
        w.cadence.is_planned(now),
    )


def _data(w: Wiring, message: wire.Message, shown: Shown, **more: Any) -> Markup:
    """What the page's scripts start from, for a <template>: there & and < alone need escaping."""
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
    body = wire.encode(data).decode()
    return Markup(body.replace("&", "&amp;").replace("<", "&lt;"))


@bp.get("/event/<path:event_id>")
def event(event_id: str) -> str | tuple[str, int] | AnyResponse:
    """One event: all its lines, how each opened, and which are best."""
    w = wiring()
    found = (key for key in w.boards.sports() if event_id in w.boards.stream(key).board.events)
    sport = next(found, None)
    if sport is not None:
        return _event(w, sport, event_id)
    if event_id.endswith("/"):  # a path takes the slash in, so that routing misses nothing
        bare = url_for("pages.event", event_id=event_id.rstrip("/"))
        return redirect(slashes.with_query(bare), 308)
    message = "This event is not on a board: it is over, was taken off, or never existed."
    return over_page(w, event_id) or (_error(404, "No such event", message), 404)


def _event(w: Wiring, sport: str, event_id: str) -> str:
    now, held = w.now(), w.boards.stream(sport)
    feed, told = w.boards.judge(sport, now), w.boards.feed(sport, now)
    openers = if_stored(lambda: history.openers(sport, event_id), {})
    asked = asked_of(request)
    shown = Shown("", asked.odds or held.board.odds_format, now, asked.zone, *_own(w, asked))
    return render_template(
        "event.html",
        **_common(w, sport, feed, now),
        event=view.event_rows(held.board, event_id, feed, shown, []),
        sections=view.sections_of(held.board, event_id, feed, shown, openers),
        shown=shown,
        closing=closing_of(w, held.board.events[event_id], event_id, shown),
        data=_data(
            w,
            wire.board_dict(held.board, held.events_json, told),
            shown,
            event=event_id,
            openers=[[*key, *line] for key, line in openers.items()],
        ),
    )


@bp.get("/status")
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
        meaning=_meaning(w),
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


@bp.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Browsers ask for it by this name whatever the page says."""
    return redirect(assets.asset("icons/favicon.ico"))


def _unknown(w: Wiring, name: str) -> tuple[str, int]:
    sports = sorted(w.boards.titles.items(), key=lambda item: item[1])
    page = render_template(
        "unknown.html",
        tabs=view.tabs_of(w.wanted.sports, w.boards.titles, None),
        name=name[:64],
        sports=sports,
    )
    return page, 404


def error_page(status: int, message: str) -> Response:
    """A refusal in plain words, for people."""
    heading = HEADINGS.get(status, "That failed")
    return Response(_error(status, heading, message), status)


def _error(status: int, heading: str, message: str) -> str:
    """Needs nothing but the templates: it is also what is shown when something is broken."""
    w = current_app.extensions.get("linefinder")
    tabs = view.tabs_of(w.wanted.sports, w.boards.titles, None) if w and status != 401 else []
    return render_template("error.html", status=status, heading=heading, message=message, tabs=tabs)
