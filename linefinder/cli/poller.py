"""flask poller: the process that polls, where others serve the pages of the same database."""

from __future__ import annotations

import os
import signal
import sys
import threading

import click
from flask.cli import with_appcontext

from linefinder.cli.checks import stored
from linefinder.cli.ending import give_up
from linefinder.domain.errors import LineFinderError
from linefinder.envfile import environment
from linefinder.logs import announce
from linefinder.serving.watchdog import start_beating
from linefinder.wiring import wiring

LOOK_EVERY_SECONDS = 0.2


@click.command()
@with_appcontext
def poller() -> None:
    """Poll for the servers on the same database, and serve no page. Costs credits. Ends at SIGTERM."""
    w = wiring()
    if w.config.demo and "ODDS_API_URL" not in environment(os.environ):
        give_up("there is no ODDS_API_KEY; the demo's odds come from its own server")
    w.start_log()
    stored()
    try:
        w.load()
    except LineFinderError as error:
        give_up(str(error))
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    w.jobs.start()
    start_beating(os.environ)
    polled = ", ".join(w.wanted.sports) or "no sport"
    off = "" if w.wanted.on else " once POLL_ENABLED or the switch says so"
    announce(w.config, f"LineFinder polls {polled}{off}; its pages are served by other processes.")
    sys.stdout.flush()
    while not asked.wait(LOOK_EVERY_SECONDS):
        pass
    announce(w.config, "Stopping.")
    w.jobs.stop()
    w.recorder.close()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)  # threads that still wait for the provider must not keep the process
