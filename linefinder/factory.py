"""create_app: builds everything and wires it together. It starts nothing and spends nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from linefinder import bootstrap
from linefinder.alerts.hearing import Hearing
from linefinder.alerts.message import Delivery
from linefinder.alerts.push import PushKeys
from linefinder.alerts.sending import Sending
from linefinder.alerts.watching import Watching
from linefinder.board import Boards
from linefinder.cli.commands import register_commands
from linefinder.config import ROOT, Config, own_origins, read_config
from linefinder.domain.offers import Terms
from linefinder.domain.rate import Rate
from linefinder.domain.sports import TITLES
from linefinder.envfile import environment
from linefinder.extensions import db, migrate
from linefinder.instance import default_database, kept_secret
from linefinder.live.doorkeeper import Doorkeeper
from linefinder.live.hall import SOCKET_PATH, Hall
from linefinder.loading import load_boards
from linefinder.logs import set_up_logging
from linefinder.polling.crew import Crew, muster
from linefinder.provider.client import Asked, Provider
from linefinder.scheduling.jobs import Jobs
from linefinder.serving.access import Access
from linefinder.serving.proxies import TrueAddress, UrlPrefix
from linefinder.store import engine
from linefinder.store.write import Recorder
from linefinder.web import register_pages
from linefinder.web.entrance import new_tries
from linefinder.wiring import Wiring

LARGEST_REQUEST = 16 * 1024
VERSION = "0.1.0"


def create_app(
    overrides: Mapping[str, str] | None = None,
    *,
    async_mode: str = "threading",
    instance_path: str | None = None,
    now: Callable[[], datetime] | None = None,
) -> Flask:
    """The application, wired and still. `overrides` are settings that win over the environment."""
    config = read_config({**environment(os.environ), **(overrides or {})})
    app = Flask(
        "linefinder",
        root_path=str(ROOT / "linefinder"),
        instance_path=instance_path or str(ROOT / "instance"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
    )
    _configure(app, config)
    db.init_app(app)
    migrate.init_app(app, directory=str(engine.MIGRATIONS))
    _wire(app, config, async_mode, now or (lambda: datetime.now(UTC)))
    register_pages(app)
    register_commands(app)
    return app


def _configure(app: Flask, config: Config) -> None:
    url = config.database_url or default_database(Path(app.instance_path), config.demo)
    app.config.update(
        SECRET_KEY=config.secret_key or kept_secret(Path(app.instance_path)),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.options(url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        VERSION=VERSION,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]


def _wire(app: Flask, config: Config, async_mode: str, now: Callable[[], datetime]) -> None:
    boards = Boards(config.odds_format, config.quota_reserve)
    boards.titles.update({key: TITLES.get(key, key) for key in (*TITLES, *config.poll_sports)})
    hall = Hall(config, boards, now)
    wiring = Wiring(config, boards, now)
    wiring.recorder = Recorder(config.resume_versions)
    wiring.teller, wiring.listeners = hall.teller, hall.listeners
    wiring.clients, wiring.is_full = hall.clients, hall.is_full
    wiring.viewers, wiring.waiting = hall.viewers, hall.sockets.waiting
    wiring.load = partial(load_boards, wiring)
    wiring.start_log = partial(set_up_logging, config)
    app.extensions["linefinder"] = wiring
    set_origins(app, own_origins(config, config.port))
    wiring.ticks += [hall.teller.tick, hall.sockets.sweep, hall.listeners.sweep]
    crew = _poll(app, wiring, bootstrap.native(async_mode))
    _alert(app, wiring, crew)
    hall.open(app, wiring, async_mode)
    _guard(app, wiring)


def _poll(app: Flask, wiring: Wiring, compute: Callable[..., Any]) -> Crew:
    """What asks the provider, what says when, and what is known for that."""
    crew = muster(wiring, _provider(wiring.config), lambda work: _spawn(app, work), compute)
    wiring.poller, wiring.learning, wiring.plans = crew.runs.poller, crew.learning, crew.plans
    wiring.cadence, wiring.prospects, wiring.wanted = crew.cadence, crew.prospects, crew.wanted
    jobs = Jobs(app, wiring, crew)
    wiring.jobs, wiring.switch, wiring.health = jobs, jobs.switch, jobs.health
    wiring.refresh, wiring.load_props = jobs.by_hand.refresh, jobs.by_hand.load
    wiring.wait_for = jobs.by_hand.wait_for
    return crew


def _provider(config: Config) -> Provider:
    asked = Asked(
        config.odds_regions,
        config.odds_bookmakers,
        config.odds_markets,
        config.odds_format,
        config.include_links,
    )
    agent = f"LineFinder/{VERSION}"
    return Provider(config.odds_api_url, config.odds_api_key or "demo", asked, agent)


def _alert(app: Flask, wiring: Wiring, crew: Crew) -> None:
    """What compares polls with the rules of browsers, and tells them."""
    config, now = wiring.config, wiring.now
    comparing = Terms(
        config.odds_format,
        method=config.fair_method,
        weights=config.fair_weights,
        commission=config.odds_commission,
    )
    wiring.watching = watching = Watching(wiring.boards, now, comparing)
    crew.runs.poller.listeners.append(watching.saw)
    keys = PushKeys(Path(app.instance_path), config.alert_contact)
    wiring.sending = sending = Sending(
        keys, now, inside=not (config.is_public or config.allowed_origins)
    )

    def tell(told: Delivery) -> None:
        wiring.teller.alert(told.watcher, told.message())

    watching.tell += [tell, sending.tell]
    wiring.hearing = Hearing(tell)


def _guard(app: Flask, wiring: Wiring) -> None:
    """What stands before everything else: who asks truly, under which path, and for what."""
    config = wiring.config
    wiring.access = Access(config, app.config["SECRET_KEY"])
    wiring.rates, wiring.tries = Rate(config.rest_rate_limit), new_tries()
    inner: Any = (doorkeeper := Doorkeeper(app.wsgi_app, SOCKET_PATH, wiring.access))
    wiring.listeners.ended = lambda: wiring.access.ended
    if config.url_prefix:
        inner = UrlPrefix(inner, config.url_prefix)
    outer = TrueAddress(inner, config.trusted_proxies, config.board_user_header)
    wiring.strangers = outer.strangers
    app.wsgi_app = outer  # type: ignore[method-assign]
    wiring.ticks.append(doorkeeper.sweep)


def set_origins(app: Flask, origins: tuple[str, ...]) -> None:
    """The origins whose pages may talk to this server; set again once the port is known."""
    app.extensions["linefinder"].origins = origins


def _spawn(app: Flask, work: Callable[[], None]) -> None:
    def go() -> None:
        with app.app_context():
            work()

    threading.Thread(target=go, name="refresh", daemon=True).start()
