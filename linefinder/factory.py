"""create_app: builds everything and wires it together. It starts nothing and spends nothing."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from linefinder import bootstrap, wire
from linefinder.access import Access
from linefinder.alerts.hearing import Hearing
from linefinder.alerts.push import PushKeys
from linefinder.alerts.sending import Sending
from linefinder.alerts.watching import Watching
from linefinder.audience import Audience
from linefinder.beside import Beside
from linefinder.board import Boards
from linefinder.cadence import Cadence
from linefinder.cli import register_commands
from linefinder.config import ROOT, Config, environment, own_origins, read_config
from linefinder.domain.errors import StoreUnusable
from linefinder.domain.offers import Terms
from linefinder.domain.rate import Rate
from linefinder.domain.scores import RECENT
from linefinder.domain.sports import TITLES
from linefinder.extensions import db, migrate
from linefinder.jobs import Jobs
from linefinder.learning import Learning
from linefinder.live.doorkeeper import Doorkeeper
from linefinder.live.engine import Engine
from linefinder.live.fanout import Fanout
from linefinder.live.frames import OneDeflate
from linefinder.live.limits import FullHouse, Sockets
from linefinder.live.listeners import Listeners
from linefinder.live.outbox import Delivery
from linefinder.live.sockets import BoardSockets
from linefinder.live.teller import Teller
from linefinder.logs import library_log, set_up_logging
from linefinder.plans import Plans
from linefinder.poll import Poller
from linefinder.props import Props
from linefinder.prospects import Prospects
from linefinder.provider.client import Asked, Provider
from linefinder.proxies import TrueAddress
from linefinder.runs import Runs
from linefinder.scores import Scores
from linefinder.store import engine, ledger, read
from linefinder.store.passes import ended_passes
from linefinder.store.scores import recent_scores
from linefinder.store.write import Recorder
from linefinder.wanted import Wanted
from linefinder.web import register_pages
from linefinder.web.entrance import new_tries
from linefinder.wire import SocketJson
from linefinder.wiring import Wiring

SOCKET_PATH = "/socket.io"
LARGEST_FRAME = 4096
LARGEST_REQUEST = 16 * 1024
PING_TIMEOUT_SECONDS = 20
VERSION = "0.1.0"


class UrlPrefix:
    """WSGI middleware: the whole board, socket included, lives under a path."""

    def __init__(self, app: Any, prefix: str) -> None:
        self._app, self._prefix = app, prefix

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        path = environ.get("PATH_INFO", "")
        if path != self._prefix and not path.startswith(self._prefix + "/"):
            start_response("404 Not Found", [("Content-Type", "text/plain")])
            return [f"The board is at {self._prefix}/\n".encode()]
        inside = {
            "SCRIPT_NAME": environ.get("SCRIPT_NAME", "") + self._prefix,
            "PATH_INFO": path[len(self._prefix) :] or "/",
        }
        return self._app({**environ, **inside}, start_response)


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
    url = config.database_url or _default_database(app, config)
    app.config.update(
        SECRET_KEY=config.secret_key or _kept_secret(Path(app.instance_path)),
        SQLALCHEMY_DATABASE_URI=url,
        SQLALCHEMY_ENGINE_OPTIONS=engine.options(url),
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        VERSION=VERSION,
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]


def _default_database(app: Flask, config: Config) -> str:
    """Demo odds never share a database with real ones."""
    name = "demo.db" if config.demo else "linefinder.db"
    folder = Path(app.instance_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnusable(f"the folder {folder} can't be made: {error.strerror}") from error
    return f"sqlite:///{folder / name}"


def _kept_secret(folder: Path) -> str:
    """A key drawn at the first start and kept, so that a restart forgets no browser."""
    path = folder / "secret_key"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            with open(path, "x", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
                file.write(secrets.token_hex(32))
        return path.read_text().strip() or secrets.token_hex(32)
    except OSError:
        return secrets.token_hex(32)


def _wire(app: Flask, config: Config, async_mode: str, now: Callable[[], datetime]) -> None:
    boards = Boards(config.odds_format, config.quota_reserve)
    boards.titles.update({key: TITLES.get(key, key) for key in (*TITLES, *config.poll_sports)})
    sockets = Sockets(config.ws_write_timeout_seconds, config.ws_memory_limit_mb * 2**20)
    socketio = SocketIO()
    listeners = Listeners(boards, now, lambda: wiring.is_full(), config.ws_write_timeout_seconds)
    teller = Teller(socketio, listeners, boards, now)
    recorder = Recorder(config.resume_versions)
    asked = Asked(
        config.odds_regions,
        config.odds_bookmakers,
        config.odds_markets,
        config.odds_format,
        config.include_links,
    )
    provider = Provider(
        config.odds_api_url, config.odds_api_key or "demo", asked, f"LineFinder/{VERSION}"
    )
    poller = Poller(
        provider, boards, recorder, teller, now, config.poll_cost, config.resume_versions
    )
    runs = Runs(
        poller,
        lambda work: _spawn(app, work),
        now,
        config.refresh_cooldown_seconds,
        config.refresh_per_hour,
    )
    compute = bootstrap.native(async_mode)
    wanted = Wanted(config)
    audience = Audience(
        lambda sport: _viewers(socketio, sport) + listeners.count(sport),
        now,
    )
    learning = Learning(wanted, boards, recorder, audience.viewers)
    plans = Plans(config, boards, learning, now, compute)
    comparing = Terms(
        config.odds_format,
        method=config.fair_method,
        weights=config.fair_weights,
        commission=config.odds_commission,
    )
    watching = Watching(boards, now, comparing)
    poller.link_hosts = config.link_hosts if config.include_links else {}
    poller.saw = learning.saw
    poller.listeners.append(watching.saw)
    wiring = Wiring(config, boards, now, runs.refresh, polling=None)  # type: ignore[arg-type]
    wiring.learning, wiring.plans = learning, plans
    wiring.wanted, wiring.watching = wanted, watching
    keys = PushKeys(Path(app.instance_path), config.alert_contact)
    wiring.sending = Sending(keys, now, inside=not (config.is_public or config.allowed_origins))
    watching.tell += [
        lambda told: wiring.teller.alert(told.watcher, told.message()),
        wiring.sending.tell,
    ]
    wiring.hearing = Hearing(lambda told: wiring.teller.alert(told.watcher, told.message()))
    wiring.recorder, wiring.teller, wiring.listeners = recorder, teller, listeners
    wiring.clients = lambda: sockets.count() + listeners.count()
    wiring.viewers, wiring.waiting = audience.here, sockets.waiting
    wiring.cadence = Cadence(
        config, wanted, boards, learning, plans, poller.purse.poll_cost, runs.halted
    )
    wiring.prospects = Prospects(config, wanted, boards, learning, plans, compute)
    ticks = [teller.tick, sockets.sweep, listeners.sweep]
    beside = Beside(poller.purse, recorder, now)
    props = Props(
        provider,
        beside,
        boards,
        now,
        config.market_cost,
        config.refresh_cooldown_seconds,
    )
    scores = Scores(
        provider,
        beside,
        boards,
        lambda sport: wiring.teller.status(sport),
        now,
        lambda sport: learning.viewers(sport),
    )
    jobs = Jobs(app, wiring, runs, learning, plans, wiring.cadence, audience, props, scores, ticks)
    wiring.polling, wiring.jobs, wiring.poller = jobs, jobs, poller
    wiring.refresh, wiring.wait_for = jobs.refresh, jobs.wait_for
    wiring.load_props = jobs.load_props
    wiring.load = partial(load_boards, app)
    wiring.start_log = partial(set_up_logging, config)
    app.extensions["linefinder"] = wiring
    set_origins(app, own_origins(config, config.port))
    namespace = BoardSockets(wiring, sockets)
    socketio.on_namespace(namespace)
    # only eventlet's sockets can be written past their writer
    direct = config.fanout == "direct" and async_mode == "eventlet"
    socketio.init_app(
        app,
        async_mode=async_mode,
        cors_allowed_origins=lambda origin, environ: origin in wiring.origins,
        json=SocketJson,
        transports=["websocket"],
        allow_upgrades=False,
        async_handlers=False,
        max_http_buffer_size=LARGEST_FRAME,
        ping_interval=config.ws_ping_interval_seconds,
        ping_timeout=PING_TIMEOUT_SECONDS,
        manage_session=False,
        http_compression=False,
        client_manager=Fanout() if direct else None,
        logger=library_log("socketio"),
        engineio_logger=library_log("engineio"),
    )
    if direct:
        delivery = Delivery(config.ws_max_buffer_kb * 1024, config.ws_write_timeout_seconds)
        delivery.make_up = namespace.make_up
        Engine.become(socketio.server.eio, delivery)
        wiring.delivery = delivery
        app.wsgi_app = OneDeflate(app.wsgi_app, SOCKET_PATH)  # type: ignore[method-assign]
    sockets.attach(socketio.server)
    wiring.is_short = lambda: sockets.is_short
    app.wsgi_app = FullHouse(  # type: ignore[method-assign]
        app.wsgi_app, SOCKET_PATH, wiring.is_full, config.ws_max_per_address
    )
    ticks.append(_guard(app, wiring))


def _guard(app: Flask, wiring: Wiring) -> Callable[[], None]:
    """What stands before everything else: who asks truly, under which path, and for what. Gives what is
    to be done each second."""
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
    return doorkeeper.sweep


def _viewers(socketio: SocketIO, sport: str) -> int:
    """How many sockets hear a sport."""
    rooms = socketio.server.manager.rooms.get("/", {})
    return len(rooms.get(wire.room(sport), ()))


def set_origins(app: Flask, origins: tuple[str, ...]) -> None:
    """The origins whose pages may talk to this server; set again once the port is known."""
    app.extensions["linefinder"].origins = origins


def _spawn(app: Flask, work: Callable[[], None]) -> None:
    def go() -> None:
        with app.app_context():
            work()

    threading.Thread(target=go, name="refresh", daemon=True).start()


def load_boards(app: Flask) -> None:
    """Boards, feeds and the account as the last process left them. Needs a current schema."""
    wiring: Wiring = app.extensions["linefinder"]
    config, boards = wiring.config, wiring.boards
    boards.ledger = ledger.last_ledger()
    with boards.lock:
        known = {sport.key: sport for sport in read.known_sports()}
        boards.titles.update({key: sport.title for key, sport in known.items()})
        boards.active.update({key: sport.active for key, sport in known.items()})
        for key, sport in known.items():
            if sport.epoch:
                if sport.odds_format != config.odds_format:
                    # old prices under a new format's name would be lies
                    wiring.recorder.begin_epoch(key, config.odds_format, wiring.now(), clear=True)
                _load(boards, wiring, key)
        wiring.wanted.restore()
        for key in wiring.wanted.sports:
            if key not in known or not known[key].epoch:
                wiring.poller.open(key)
    wiring.learning.restore(wiring.now())
    wiring.watching.restore()
    wiring.access.ended = ended_passes()


def _load(boards: Boards, wiring: Wiring, key: str) -> None:
    stream, facts = read.load_stream(key, wiring.config.resume_versions)
    boards.swap(stream)
    failure = facts.failure if facts.failure == "upstream_error" else None
    scores = recent_scores(key, wiring.now() - RECENT)
    boards.learn(
        key,
        data_at=facts.data_at,
        failure=failure,
        confirmed=facts.confirmed,
        scores=scores,
    )
