"""flask poll, refresh, prune: what costs credits or deletes rows."""

from __future__ import annotations

import os
from contextlib import nullcontext
from typing import Any

import click
import requests
from flask.cli import with_appcontext
from rich.console import Console

from linefinder.cli.checks import known_sport, say_json, stored
from linefinder.cli.ending import IN_THE_WAY, give_up
from linefinder.cli.reading import as_json
from linefinder.domain.errors import LineFinderError, Refused
from linefinder.domain.sports import sport_key
from linefinder.envfile import environment
from linefinder.parts.polling import Refreshed
from linefinder.store import lease
from linefinder.store.prune import prune as prune_store
from linefinder.wiring import wiring

ANSWER_WITHIN = 20


def _waiting(words: str) -> Any:
    """Something moves on the terminal while a person waits."""
    console = Console(stderr=True)
    return console.status(words) if console.is_terminal else nullcontext()


@click.command()
@click.argument("sport")
@as_json
@with_appcontext
def poll(sport: str, json_: bool) -> None:
    """Poll SPORT once, without a server. Costs credits. Exits 3 beside a running server, and within
    REFRESH_COOLDOWN_SECONDS of the last poll."""
    w = wiring()
    if w.config.demo and "ODDS_API_URL" not in environment(os.environ):
        give_up("there is no ODDS_API_KEY; the demo's odds come from its own server")
    stored()
    holder = lease.new_holder()
    if not lease.hold(holder, w.now()):
        give_up(
            f"a server polls this database; ask it: flask --app app refresh {sport}", IN_THE_WAY
        )
    try:
        with _waiting(f"Polling {sport} ..."):
            w.load()
            if not w.boards.knows(sport_key(sport)):
                w.poller.look()
            key = known_sport(sport)
            done = w.refresh(key)
    except Refused as refused:
        give_up(str(refused), IN_THE_WAY if refused.status == 429 else 1)
    except LineFinderError as error:
        give_up(str(error))
    finally:
        lease.release(holder)
    _say(done._asdict(), json_)


@click.command()
@click.argument("sport")
@click.option("--url", help="The running server; by default HOST and PORT of the settings.")
@as_json
@with_appcontext
def refresh(sport: str, url: str | None, json_: bool) -> None:
    """Have a running server poll SPORT now. Costs credits."""
    config = wiring().config
    host = "127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host
    base = (url or f"http://{host}:{config.port}{config.url_prefix}").rstrip("/")
    token = config.refresh_token or config.data_token
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with _waiting(f"Refreshing {sport} ..."):
            answer = requests.post(
                f"{base}/api/refresh/{sport}", headers=headers, timeout=ANSWER_WITHIN
            )
            told = answer.json()
    except requests.RequestException:
        give_up(f"no LineFinder answers at {base}; start it, or use `flask --app app poll {sport}`")
    if not isinstance(told, dict) or (answer.ok and not told.keys() >= {*Refreshed._fields}):
        give_up(f"what answers at {base} is no LineFinder")
    if not answer.ok:
        give_up(
            str(told.get("detail", answer.reason)), IN_THE_WAY if answer.status_code == 429 else 1
        )
    _say(told, json_)


def _say(done: dict[str, Any], json_: bool) -> None:
    if json_:
        say_json(done)
        return
    change = "changed" if done["changed"] else "unchanged"
    left = "unknown" if done["remaining"] is None else done["remaining"]
    click.echo(
        f"{done['sport']}: {change}, version {done['version']}, "
        f"{done['credits']} credits, {left} left"
    )


@click.command()
@click.option("--days", type=click.IntRange(1, 36_500), help="Instead of HISTORY_DAYS.")
@as_json
@with_appcontext
def prune(days: int | None, json_: bool) -> None:
    """Delete changes older than HISTORY_DAYS, and old polls; open events keep their openers."""
    stored()
    history = wiring().config.history_days if days is None else days
    with _waiting("Pruning ..."):
        counts = prune_store(history, wiring().now())
    if json_:
        say_json(counts)
        return
    kept = "" if history else " (HISTORY_DAYS=0 keeps all changes)"
    click.echo(", ".join(f"{count} {what} deleted" for what, count in counts.items()) + kept)
