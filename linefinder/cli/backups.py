"""flask backup, restore: the whole database as one file, and back."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import inspect

from linefinder.cli.checks import say_json, stored
from linefinder.cli.ending import IN_THE_WAY, give_up
from linefinder.cli.reading import as_json
from linefinder.domain.errors import LineFinderError, NotEmpty, StoreError
from linefinder.extensions import db
from linefinder.store import lease
from linefinder.store.backup import write_backup
from linefinder.store.engine import bring_up, make_private
from linefinder.store.restore import restore_backup
from linefinder.wiring import wiring

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@as_json
@with_appcontext
def backup(file: Path, force: bool, json_: bool) -> None:
    """Write the whole database to FILE, while the server runs or not. It can be restored to SQLite and
    to PostgreSQL. It holds what browsers gave for their alerts: keep it to yourself."""
    if file.exists() and not force:
        give_up(f"{file} exists; --force replaces it", IN_THE_WAY)
    stored()
    try:
        counts = write_backup(file, wiring().now())
    except LineFinderError as error:
        give_up(str(error))
    if json_:
        say_json({"file": str(file), "rows": counts})
        return
    size = file.stat().st_size / 1000
    click.echo(f"{file}: {sum(counts.values())} rows of {len(counts)} tables, {size:,.0f} kB")


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Throw away what the database holds.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Make the database what FILE holds. No server may run on it. Exits 3 where something is in the
    way: a server, or a database that is not empty."""
    holder = lease.new_holder()
    make_private(db.engine.url)
    is_new = not inspect(db.engine).has_table("leases")
    try:
        if not is_new and not lease.hold(holder, wiring().now()):
            give_up("a server polls this database; stop it first", IN_THE_WAY)
        head = restore_backup(file, wiring().now(), force)
        bring_up(current_app)
    except NotEmpty as error:
        give_up(str(error), IN_THE_WAY)
    except (StoreError, LineFinderError) as error:
        give_up(str(error))
    finally:
        if inspect(db.engine).has_table("leases"):
            lease.release(holder)
    click.echo(f"The database is as it was at {head.made_at}. Every board begins a new epoch.")
