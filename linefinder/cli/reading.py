"""flask sports, odds, quota: what is in the database, as a table or as JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from linefinder import wire
from linefinder.cli.checks import known_sport, say_json, stored
from linefinder.cli.ending import give_up
from linefinder.domain import quota as credit
from linefinder.domain.feed import Feed, judge
from linefinder.domain.odds import Board, iso, starts_at
from linefinder.domain.sports import alias_of
from linefinder.store.ledger import last_ledger
from linefinder.store.read import load_stream
from linefinder.web.shown.cells import Cell, Shown
from linefinder.web.shown.view import columns_of, event_rows
from linefinder.wiring import wiring

OUTCOME_WIDTH, CELL_WIDTH = 56, 12
"""Characters that the first columns, and one bookmaker's, take of the terminal."""
as_json = click.option("--json", "json_", is_flag=True, help="Print JSON.")


@click.command()
@as_json
@with_appcontext
def sports(json_: bool) -> None:
    """List the known sports."""
    rows = [
        {
            "sport": sport.key,
            "alias": alias_of(sport.key),
            "title": sport.title,
            "active": sport.active,
            "polled": sport.key in wiring().wanted.sports,
        }
        for sport in stored()
    ]
    if json_:
        say_json(rows)
        return
    table = Table("sport", "alias", "title", "in season", "polled")
    for row in rows:
        marks = ("yes" if row[key] else "" for key in ("active", "polled"))
        names = (escape(str(row[key] or "")) for key in ("sport", "alias", "title"))
        table.add_row(*names, *marks)
    Console().print(table)


@click.command()
@click.argument("sport")
@click.option("--market", default="h2h", show_default=True, help="Market to show.")
@as_json
@with_appcontext
def odds(sport: str, market: str, json_: bool) -> None:
    """Show the stored board of SPORT; the best lines are marked with *."""
    key = known_sport(sport, with_board=True)
    stream, facts = load_stream(key, 1)
    board = stream.board
    if facts.data_at is None:
        give_up(f"{key} was never polled; `flask --app app poll {sport}` does it")
    if json_:
        boards = wiring().boards
        boards.swap(stream)
        boards.learn(key, data_at=facts.data_at, failure=facts.failure, confirmed=facts.confirmed)
        boards.ledger = last_ledger()
        click.echo(wire.encode(boards.snapshot(key, wiring().now())))
        return
    held = {
        name for event in board.events.values() for book in event["lines"].values() for name in book
    }
    if held and market not in held:
        give_up(f"{key} has no market {market!r}; it has {', '.join(sorted(held))}")
    title = f"{key}, {market}, version {board.version}, data of {iso(facts.data_at)}"
    feed = judge(facts, stream.starts, datetime.now(UTC))
    Console().print(_board_table(board, market, title, feed))


def _board_table(board: Board, market: str, title: str, feed: Feed) -> Table:
    """As many bookmakers as the terminal is wide, those with the best lines first."""
    columns = columns_of(board, board.events.values(), market, feed)
    room = max(1, (Console().width - OUTCOME_WIDTH) // CELL_WIDTH)
    shown = columns[:room]
    more = len(columns) - len(shown)
    table = Table(
        "starts (UTC)",
        "outcome",
        "best",
        *(column.short for column in shown),
        title=title,
        caption=f"{more} more bookmakers: a wider terminal, or --json" if more else None,
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    for column in table.columns[2:]:
        column.justify, column.no_wrap = "right", True
    view = Shown(market, board.odds_format, datetime.now(UTC))
    for event_id in sorted(board.events, key=lambda key: starts_at(board.events[key])):
        event = event_rows(board, event_id, feed, view, shown)
        for index, row in enumerate(event.rows):
            when = f"{event.starts_at:%a %d %H:%M}" if index == 0 else ""
            name = escape(f"{row.tag} ({row.name})" if row.tag else row.name)
            top = " ".join(filter(None, (_cell(row.tops[0].cell), row.tops[0].books)))
            cells = [f"[bold]{_cell(c)}*[/]" if c.best else _cell(c) for c in row.cells]
            table.add_row(when, name, top, *cells)
    return table


def _cell(cell: Cell) -> str:
    return " ".join(filter(None, (cell.point, cell.price)))


@click.command()
@as_json
@with_appcontext
def quota(json_: bool) -> None:
    """Credits: what is left as last seen, and what the settings mean."""
    now, w = datetime.now(UTC), wiring()
    stored()
    w.boards.ledger = ledger = last_ledger()
    plan = w.cadence.forecast(now)
    told = {
        "remaining": ledger.remaining,
        "used": ledger.used,
        "seen_at": iso(ledger.seen_at) if ledger.seen_at else None,
        "reserve": w.boards.reserve(now) if ledger.size is not None else None,
        "resets_at": iso(credit.next_reset(now)),
        "poll_cost": w.config.poll_cost,
        "polls_a_day": round(plan.polls_a_day, 1) if plan else None,
        "interval_seconds": round(plan.interval) if plan and plan.polls_a_day else None,
    }
    if json_:
        say_json(told)
        return
    for name, value in told.items():
        click.echo(f"{name.replace('_', ' '):17} {'unknown' if value is None else value}")
    if plan:
        click.echo(credit.in_words(plan, w.config.poll_interval_seconds, w.cadence.is_planned(now)))
