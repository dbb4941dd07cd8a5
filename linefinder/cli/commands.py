"""All commands of `flask --app app`."""

from flask import Flask

from linefinder.cli.alerts import alerts
from linefinder.cli.backups import backup, restore
from linefinder.cli.plan import plan
from linefinder.cli.poller import poller
from linefinder.cli.polls import poll, prune, refresh
from linefinder.cli.reading import odds, quota, sports
from linefinder.cli.sandbox import sandbox
from linefinder.cli.simulate import simulate

COMMANDS = (
    sports,
    odds,
    quota,
    plan,
    poll,
    poller,
    refresh,
    prune,
    backup,
    restore,
    sandbox,
    simulate,
    alerts,
)


def register_commands(app: Flask) -> None:
    """`flask db` comes from Flask-Migrate."""
    for command in COMMANDS:
        app.cli.add_command(command)
