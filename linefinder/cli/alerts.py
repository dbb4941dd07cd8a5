"""flask alerts: what is waited for, from a shell. Rules made here are the operator's own."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from linefinder.alerts.message import Delivery
from linefinder.alerts.watching import body_of, rule_of
from linefinder.alerts.webhook import FORMATS
from linefinder.cli.checks import known_sport, say_json, stored
from linefinder.cli.ending import give_up
from linefinder.cli.reading import as_json
from linefinder.domain.errors import LineFinderError
from linefinder.domain.odds import iso, iso_ms
from linefinder.domain.rules import KINDS, TAKES, Rule, check_rule
from linefinder.store import watchers
from linefinder.store.read import load_stream
from linefinder.store.subscriptions import subscribe, subscriptions_of, unsubscribe
from linefinder.web.rest.receivers import new_secret
from linefinder.wire import encode
from linefinder.wiring import wiring

ID_WIDTH = 16
"""Characters of an id, whole on any terminal: `remove` takes it."""

alerts = AppGroup("alerts", help="What is waited for: list, add, remove, webhook, test.")


@alerts.command("list")
@as_json
def list_rules(json_: bool) -> None:
    """List the rules of all browsers and of the operator."""
    stored()
    rows = [_row(kept) for kept in watchers.every_rule()]
    if json_:
        say_json(rows)
        return
    table = Table("id", "whose", "kind", "sport", "what", "made")
    table.columns[0].no_wrap, table.columns[0].min_width = True, ID_WIDTH
    for row in rows:
        what = ", ".join(f"{name} {value}" for name, value in row["what"].items())
        cells = (row["id"], row["whose"], row["kind"], row["sport"], what, row["made_at"])
        table.add_row(*map(escape, cells))
    Console().print(table)


def _row(kept: watchers.KeptRule) -> dict[str, Any]:
    """A browser is shown by the start of its hash: enough to tell two apart."""
    rule = rule_of(kept.body)
    told = TAKES[rule.kind] - {"kind", "sport"}
    what = {
        name: getattr(rule, name) for name in sorted(told) if getattr(rule, name) not in (None, ())
    }
    own = {"id": kept.key, "whose": kept.watcher[:8], "kind": rule.kind, "sport": rule.sport}
    return {**own, "what": what, "made_at": iso(kept.made_at)}


@alerts.command("add")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("sport")
@click.option("--event", help="Id of an event; any by default.")
@click.option("--market", help="h2h, spreads, totals, ...")
@click.option("--outcome")
@click.option("--bookmaker")
@click.option("--price", type=float, help="In the board's odds format.")
@click.option("--point", type=float)
@click.option("--points", type=float, help="How far a line moves.")
@click.option("--chance", type=float, help="How far it moves, as implied probability.")
@click.option("--books", type=int)
@click.option("--seconds", type=float)
@click.option("--profit", type=float)
@click.option("--cooldown", type=float)
@click.option("--edge", type=float, help="Least edge of a find, as a share: 0.02.")
@click.option("--kinds", multiple=True, help="Kinds of finds; each its own option.")
@click.option("--mine", multiple=True, help="Bookmakers of finds; each its own option.")
def add(kind: str, sport: str, **said: Any) -> None:
    """Wait for something of KIND in SPORT; the operator's webhooks hear of it."""
    key, now = known_sport(sport, with_board=True), wiring().now()
    odds_format = load_stream(key, 1)[0].board.odds_format
    given = {name: value for name, value in said.items() if value not in (None, ())}
    try:
        rule = check_rule(Rule(kind, key, odds_format=odds_format, **given))
        kept = watchers.add_rule(watchers.OPERATOR, key, body_of(rule), now)
    except (ValueError, LineFinderError) as error:
        give_up(str(error))
    click.echo(kept.key)


@alerts.command("remove")
@click.argument("rule")
def remove(rule: str) -> None:
    """Forget RULE, whosever it is."""
    stored()
    if not watchers.remove_rule(rule):
        give_up(f"there is no rule {rule!r}; `flask --app app alerts list` lists them")


@alerts.command("webhook")
@click.argument("url")
@click.option("--format", "form", type=click.Choice(FORMATS), default="json", show_default=True)
@click.option("--remove", "away", is_flag=True, help="Send nothing more to URL.")
def webhook(url: str, form: str, away: bool) -> None:
    """Send the operator's alerts to URL; prints the secret that signs the json form, this once."""
    stored()
    if away:
        _forget_webhook(url)
        return
    secret = new_secret()
    try:
        wiring().sending.check_webhook(url)
        body = encode({"secret": secret, "format": form}).decode()
        subscribe(watchers.OPERATOR, "webhook", url, body, wiring().now())
    except LineFinderError as error:
        give_up(str(error))
    click.echo(secret)


def _forget_webhook(url: str) -> None:
    mine = subscriptions_of(watchers.OPERATOR)
    if not any(unsubscribe(kept.key) for kept in mine if kept.address == url):
        known = ", ".join(kept.address for kept in mine) or "none"
        give_up(f"there is no webhook {url}; the operator's are: {known}")


@alerts.command("test")
def test() -> None:
    """Send a message to the operator's webhooks now, and say what came of it."""
    stored()
    receivers = subscriptions_of(watchers.OPERATOR)
    if not receivers:
        give_up("the operator has no webhook; `flask --app app alerts webhook URL` adds one")
    told = {"id": "test", "kind": "test", "title": "LineFinder", "text": "This is a test."}
    alert = {**told, "at": iso_ms(wiring().now()), "late": 0}
    statuses = [wiring().sending.send(to, Delivery(to.key, (alert,))) for to in receivers]
    for to, status in zip(receivers, statuses, strict=True):
        click.echo(f"{to.address}: {status or 'no answer'}")
    if not all(200 <= status < 300 for status in statuses):
        give_up("not every webhook took it")
