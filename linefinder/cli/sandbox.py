"""flask sandbox: a server that speaks the provider's contract, to try a board without a key."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from linefinder.cli.ending import give_up
from linefinder.domain.sports import TITLES, sport_key
from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.faults import BadFault, Faults, fault_of
from linefinder.provider.sandbox.recording import BadRecording, Recordings
from linefinder.provider.sandbox.season import Season
from linefinder.provider.sandbox.server import create_sandbox
from linefinder.provider.sandbox.source import Source


class _Quiet(WSGIRequestHandler):
    """HTTP/1.1, so that one connection serves many polls; no line a request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, *_: Any) -> None:
        """Say nothing."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8900, show_default=True, type=click.IntRange(0, 65_535))
@click.option(
    "--recording",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Play FILE (.jsonl or .jsonl.xz); repeatable.",
)
@click.option(
    "--speed",
    default=1.0,
    show_default=True,
    type=click.FloatRange(0.001, 100_000),
    help="Times as fast as recorded.",
)
@click.option(
    "--sports", default=",".join(TITLES), help="Sports of the made-up season. [default: all]"
)
@click.option("--seed", default=1, show_default=True, help="Another number, another season.")
@click.option(
    "--refresh",
    default=3.0,
    show_default=True,
    type=click.FloatRange(0.1, 3600),
    help="Seconds between two looks at a bookmaker.",
)
@click.option(
    "--credits",
    "credits_",
    default=5_000_000,
    show_default=True,
    type=click.IntRange(0),
    help="Credits of a month.",
)
@click.option(
    "--fault",
    multiple=True,
    help="KIND[:key=value,...], such as status:status=503,count=2; repeatable.",
)
def sandbox(
    host: str, port: int, recording: tuple[Path, ...], speed: float, sports: str, seed: int,
    refresh: float, credits_: int, fault: tuple[str, ...],
) -> None:  # fmt: skip
    """Serve a stand-in for The Odds API.

    Faults, at the start by --fault and at run time by POST /_sandbox/fault, are told in
    docs/sandbox.md. A recording is shifted so that it begins now: played faster than recorded, it
    gets ahead of the clock, and its prices look as if they had just been confirmed.
    """
    try:
        faults = Faults([fault_of(spec) for spec in fault])
        source = _source(recording, speed, sports, seed, refresh)
    except (BadFault, BadRecording) as error:
        give_up(str(error), 2)
    app = create_sandbox(source, Account(credits_), lambda: datetime.now(UTC), faults)
    _serve(app, host, port, source)


def _source(
    recording: tuple[Path, ...], speed: float, sports: str, seed: int, refresh: float
) -> Source:
    if recording:
        return Recordings(list(recording), datetime.now(UTC), speed)
    keys = tuple(sport_key(name) for name in sports.split(",") if name.strip())
    unknown = [key for key in keys if key not in TITLES]
    if unknown or not keys:
        give_up(f"--sports {sports}: it takes some of {', '.join(TITLES)}", 2)
    return Season(keys, seed, refresh)


def _serve(app: Flask, host: str, port: int, source: Source) -> None:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    try:  # werkzeug would say what is wrong in its own words, and end
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        give_up(f"--host {host} --port {port} can't be listened on: {error.strerror or error}")
    server = make_server(host, port, app, True, request_handler=_Quiet, fd=listener.fileno())
    host = f"[{host}]" if ":" in host else host
    state = source.state(datetime.now(UTC))
    click.echo(f"The sandbox is on http://{host}:{server.port}, playing a {state['source']}")
    click.echo(f"of {', '.join(source.sports())}.")
    click.echo(f"Point a board at it: ODDS_API_URL=http://{host}:{server.port} ODDS_API_KEY=any")
    sys.stdout.flush()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    server.serve_forever()


if __name__ == "__main__":  # `python -m linefinder.cli.sandbox` starts sooner: it loads no board
    sandbox()
