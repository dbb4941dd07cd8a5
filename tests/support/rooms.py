"""A whole application on a database of its own, polling a provider of the tests; no server, no jobs."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from flask import Flask, Response, request
from flask_migrate import upgrade
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Engine, create_engine, text
from tenacity.wait import wait_random
from werkzeug.routing import Rule

from linefinder import wire
from linefinder.alerts.sending import Sending
from linefinder.alerts.watching import Watching
from linefinder.board import Stream
from linefinder.extensions import db
from linefinder.factory import create_app
from linefinder.live.listeners import Listeners
from linefinder.loading import load_boards
from linefinder.polling import tries
from linefinder.polling.learning import Learning
from linefinder.polling.plans import Plans
from linefinder.polling.poll import Poller
from linefinder.scheduling.jobs import Jobs
from linefinder.store.engine import MIGRATIONS
from linefinder.wiring import Wiring
from tests.support.canary import CANARY
from tests.support.machine import fresh_env
from tests.support.upstream import KEY, Upstream, odds_of
from tests.support.waiting import until

NBA, NFL = "basketball_nba", "americanfootball_nfl"


class Clock:
    """Stands still until it is moved."""

    def __init__(self, at: datetime = datetime(2026, 11, 23, 21, 0, 5, 120_000, UTC)) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Ears:
    """Hears what the rooms are told, in order: (what, sport, update)."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, Any]] = []

    def update(self, sport: str, update: wire.Update) -> None:
        self.heard.append(("update", sport, update))

    def snapshot(self, sport: str) -> None:
        self.heard.append(("snapshot", sport, None))

    def status(self, sport: str) -> None:
        self.heard.append(("status", sport, None))

    def status_if_changed(self, sport: str) -> None:
        self.heard.append(("if changed", sport, None))

    def alert(self, watcher: str, message: dict[str, Any]) -> None:
        self.heard.append(("alert", watcher, message))

    def told(self) -> list[str]:
        """What was told, and forget it."""
        heard, self.heard = self.heard, []
        return [what for what, _, _ in heard]


class Built(Wiring):
    """A wiring of which more is known than pages need: what its parts are."""

    jobs: Jobs
    poller: Poller
    plans: Plans
    learning: Learning
    watching: Watching
    sending: Sending
    listeners: Listeners
    teller: Any


class House:
    """An application: `app`, its wiring, its provider, its clock, and what its rooms hear."""

    def __init__(self, folder: Path, url: str, upstream: Upstream, clock: Clock, **settings: str):
        self.folder, self.url, self.upstream, self.clock = folder, url, upstream, clock
        self.settings = {
            "ODDS_API_URL": upstream.url,
            "ODDS_API_KEY": KEY,
            "DATABASE_URL": url,
            "POLL_SPORTS": "nba",
            "REFRESH_COOLDOWN_SECONDS": "0",
            "REFRESH_PER_HOUR": "1000",
            "REST_RATE_LIMIT": "0",
            **settings,
        }
        self.app: Flask = create_app(self.settings, instance_path=str(folder), now=clock)
        self.app.jinja_env.bytecode_cache = _TEMPLATES
        with self.app.app_context():
            _know_statements(db.engine)
        self.leaks: list[str] = []
        """Answers that held the key."""
        self.app.after_request(self._watch_for_key)
        self.wiring: Built = self.app.extensions["linefinder"]
        self.boards, self.poller = self.wiring.boards, self.wiring.poller
        self.runs, self.cadence = self.wiring.jobs.crew.runs, self.wiring.jobs.crew.cadence
        self.ears = Ears()
        self.successor: House | None = None
        self.poller.teller = self.wiring.teller = self.ears
        self.wiring.jobs.leading.clock = lambda: self.clock().timestamp()
        self.wiring.jobs.leading._renewed_at = self.clock().timestamp()

    def _watch_for_key(self, response: Response) -> Response:
        if not response.is_streamed and CANARY.encode() in response.get_data():
            self.leaks.append(request.path)
        return response

    def open(self) -> House:
        """Load the boards, as the server does before it serves."""
        with self.app.app_context():
            load_boards(self.wiring)
        return self

    def again(self, **settings: str) -> House:
        """The house after a restart on the same database."""
        self.close()
        more = {**self.settings, **settings}
        self.successor = House(self.folder, self.url, self.upstream, self.clock, **more).open()
        return self.successor

    def poll(self, *events: Any, sport: str = NBA, seconds: float = 60) -> Stream:
        """A planned poll of `sport` that finds `events`; the stream after it."""
        self.upstream.odds[sport] = list(events)
        self.clock.pass_by(seconds)
        with self.app.app_context():
            self.runs.background(sport)
        stream: Stream = self.boards.stream(sport)
        return stream

    def refresh(self, sport: str = NBA) -> Any:
        """A manual refresh, as REST asks for it."""
        with self.app.app_context():
            return self.runs.refresh(sport)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database says."""
        with self.app.app_context(), db.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def execute(self, statement: str, **values: Any) -> None:
        """Change the database behind its back."""
        with self.app.app_context(), db.engine.begin() as connection:
            connection.execute(text(statement), values)

    def close(self) -> None:
        """Let go of database and provider, those of a restarted house included."""
        if self.successor:
            self.successor.close()
        join_refreshes()
        self.poller.provider._session.close()
        with self.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def lead(jobs: Any) -> None:
    """Let a house poll, however far its clock jumps."""
    jobs.leading.leads, jobs.leading._renewed_at = True, 1e12


def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs wait milliseconds where they would wait seconds between two tries."""
    monkeypatch.setattr(tries, "PAUSES", tuple(pause / 1000 for pause in tries.PAUSES))
    monkeypatch.setattr(tries, "MANUAL_PAUSE", tries.MANUAL_PAUSE / 1000)
    monkeypatch.setattr(tries, "wait_random", lambda low, high: wait_random(low, high / 1000))


def join_refreshes() -> None:
    """Wait for refreshes whose askers have gone."""
    for thread in threading.enumerate():
        if thread.name == "refresh":
            until(lambda thread=thread: thread.ident, what="it is started")  # type: ignore[misc]
            thread.join(30)


def _know_statements(engine: Engine) -> None:
    """Let an SQLite engine begin with the statements that others before it compiled, as one does that
    is not new: to compile all of them anew is a third of what a house of the tests costs."""
    if engine.dialect.name == "sqlite":
        one = _engine()
        engine.dialect, engine._compiled_cache = one.dialect, one._compiled_cache


class _Compiled(BytecodeCache):
    """Templates as one house compiled them, for the next."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._codes.get(bucket.key, ("", None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key] = (bucket.checksum, bucket.code)


_TEMPLATES = _Compiled()
_compile = Rule._compile_builder


def _compile_late(self: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What makes the addresses of a route, compiled when the first one is wanted: a test wants few, and
    to compile those of all routes is half of what a house of the tests costs."""
    made: list[Callable[..., tuple[str, str]]] = []

    def build(rule: Rule, **values: Any) -> tuple[str, str]:
        if not made:
            made.append(_compile(self, append_unknown))
        return made[0](rule, **values)

    return build


Rule._compile_builder = _compile_late  # type: ignore[method-assign]


@cache
def _engine() -> Engine:
    """An engine that has been connected once, so that its dialect knows the driver."""
    engine = create_engine("sqlite://")
    engine.connect().close()
    return engine


@cache
def _template() -> Path:
    """An SQLite file with the newest schema, made once."""
    path = Path(tempfile.mkdtemp(prefix="lf-schema-")) / "schema.db"
    migrated(path.parent, f"sqlite:///{path}")
    return path


def migrated(folder: Path, url: str) -> None:
    """Bring a database up to date, as `flask db upgrade` does."""
    app = create_app({"DATABASE_URL": url, "ODDS_API_KEY": KEY}, instance_path=str(folder))
    with app.app_context():
        upgrade(str(MIGRATIONS))
        db.engine.dispose()


def sqlite_in(folder: Path, name: str = "board") -> str:
    """The URL of a new SQLite database with the newest schema."""
    path = folder / f"{name}.db"
    shutil.copy(_template(), path)
    return f"sqlite:///{path}"


@contextmanager
def open_house(
    folder: Path, url: str | None = None, clock: Clock | None = None, **settings: str
) -> Iterator[House]:
    """A house with a provider that serves one NBA event; it is closed afterwards."""
    upstream = Upstream()
    upstream.odds[NBA] = [odds_of()]
    with mock.patch.dict(os.environ, fresh_env(), clear=True):
        house = House(
            folder, url or sqlite_in(folder), upstream, clock or Clock(), **settings
        ).open()
        try:
            yield house
            assert not house.leaks, f"the canary is told by {house.leaks}"
        finally:
            house.close()
            upstream.close()
