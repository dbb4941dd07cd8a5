"""Starting and stopping the server, in order."""

from __future__ import annotations

import os
from collections.abc import Iterator

from flask import Flask

from linefinder.config import Config, own_origins, read_config
from linefinder.envfile import environment, unknown_names
from linefinder.factory import create_app, set_origins
from linefinder.logs import announce, set_up_logging
from linefinder.parts.polling import Wanted
from linefinder.provider.sandbox.demo import demo_app
from linefinder.serving.garbage import Garbage, collect_seldom
from linefinder.serving.server import (
    CannotListen,
    Driver,
    drop_silent_writers,
    heed_signals,
    listen,
    raise_file_limit,
    say_goodbye,
    wait_until,
)
from linefinder.serving.watchdog import start_beating
from linefinder.store.engine import bring_up
from linefinder.wiring import wiring

SANDBOX_CONNECTIONS = 64
POLLING_OFF = "Polling is off: set POLL_ENABLED=true, or press Refresh on a board."

__all__ = ["CannotListen", "run"]


def run(async_mode: str) -> int:
    """Serve until SIGTERM or SIGINT; LineFinderError or CannotListen where it can't begin."""
    config = read_config(environment(os.environ))
    set_up_logging(config)
    driver = Driver(async_mode)
    listener = listen(config.host, config.port)
    port = listener.getsockname()[1]
    drop_silent_writers(listener, config.ws_write_timeout_seconds)
    overrides = {**_seats(config), **(_demo(driver) if config.demo else {})}
    app = create_app(overrides, async_mode=async_mode)
    with app.app_context():
        bring_up(app)
        wiring().load()
    set_origins(app, own_origins(config, port))
    collect_seldom()
    board = app.extensions["linefinder"]
    board.ticks.append(Garbage(board.clients).tick)
    asked = heed_signals()
    driver.serve(listener, app, config.ws_max_connections)
    _say(app, config, port)
    board.jobs.start()
    start_beating(os.environ)
    wait_until(asked, driver)
    announce(config, "Stopping.")
    say_goodbye(app, driver)
    return 0


def _seats(config: Config) -> dict[str, str]:
    """Seats for as many viewers as the limit of open files allows; fewer than asked are said."""
    seats = raise_file_limit(config)
    if seats < config.ws_max_connections:
        announce(
            config,
            f"The system allows {seats} viewers, not WS_MAX_CONNECTIONS="
            f"{config.ws_max_connections}: raise the limit of open files (ulimit -n).",
        )
    return {"WS_MAX_CONNECTIONS": str(seats)}


def _demo(driver: Driver) -> dict[str, str]:
    """A sandbox provider on a loopback port, polled over real HTTP like the provider."""
    listener = listen("127.0.0.1", 0)
    driver.serve(listener, demo_app(), SANDBOX_CONNECTIONS)
    return {"ODDS_API_URL": f"http://127.0.0.1:{listener.getsockname()[1]}"}


def _say(app: Flask, config: Config, port: int) -> None:
    host = f"[{config.host}]" if ":" in config.host else config.host
    announce(config, f"LineFinder is on http://{host}:{port}{config.url_prefix}/")
    if config.demo:
        announce(config, "Demo odds from the built-in sandbox: set ODDS_API_KEY for real ones.")
        if "ODDS_API_URL" in environment(os.environ):
            announce(config, "ODDS_API_URL is not used without ODDS_API_KEY (a sandbox takes any).")
    wanted = app.extensions["linefinder"].wanted
    announce(config, _polling(wanted, config) if wanted.on else POLLING_OFF)
    for words in _warnings(config):
        announce(config, words)
    for name in unknown_names(os.environ):
        announce(config, f"The .env file sets {name}, which is no setting: is it misspelt?")


def _polling(wanted: Wanted, config: Config) -> str:
    sports, every = ", ".join(wanted.sports) or "no sport", f"{config.poll_interval_seconds:g}"
    return f"Polling {sports} every {every} s, slower where the credits would not last."


def _warnings(config: Config) -> Iterator[str]:
    """What the settings mean for those who come from elsewhere."""
    if not config.on_loopback and not config.allowed_origins:
        yield f"HOST={config.host}: set ALLOWED_ORIGINS to the address that browsers use."
    if config.trusted_proxies and not config.allowed_origins:
        yield "TRUSTED_PROXIES is set: set ALLOWED_ORIGINS to the address that browsers use."
    if config.board_password and not config.is_private:
        yield "BOARD_PASSWORD keeps nobody out while BOARD_ACCESS is open."
    if config.is_public and config.data_for != "open":
        yield f"Odds go to this board's own pages and to tokens (DATA_ACCESS={config.data_for})."
