"""Everybody who hears: sockets and listeners, their teller, and how they are let in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask
from flask_socketio import SocketIO

from linefinder import wire
from linefinder.board import Boards
from linefinder.config import Config
from linefinder.live.engine import Engine
from linefinder.live.fanout import Fanout
from linefinder.live.frames import OneDeflate
from linefinder.live.limits import FullHouse, Sockets
from linefinder.live.listeners import Listeners
from linefinder.live.memory import Memory
from linefinder.live.outbox import Delivery
from linefinder.live.seats import Seats
from linefinder.live.sockets import BoardSockets
from linefinder.live.teller import Teller
from linefinder.logs import library_log
from linefinder.wiring import Wiring

SOCKET_PATH = "/socket.io"
LARGEST_FRAME = 4096
PING_TIMEOUT_SECONDS = 20
ALWAYS: dict[str, Any] = {
    "json": wire.SocketJson,
    "transports": ["websocket"],
    "allow_upgrades": False,
    "async_handlers": False,
    "max_http_buffer_size": LARGEST_FRAME,
    "ping_timeout": PING_TIMEOUT_SECONDS,
    "manage_session": False,
    "http_compression": False,
}
"""What Socket.IO is told whatever the settings are."""


class Hall:
    """The rooms of one process. `teller` speaks to them."""

    def __init__(self, config: Config, boards: Boards, now: Callable[[], datetime]) -> None:
        self._config = config
        self._socketio = SocketIO()
        self._memory = Memory(config.ws_memory_limit_mb * 2**20, self.clients)
        self.sockets = Sockets(config.ws_write_timeout_seconds, self._memory)
        self._seats = Seats(self.is_full, config.ws_max_per_address)
        self.listeners = Listeners(boards, now, self._seats, config.ws_write_timeout_seconds)
        self.teller = Teller(self._socketio, self.listeners, boards, now)

    def clients(self) -> int:
        """How many seats are taken."""
        return self.sockets.count() + self.listeners.count()

    def is_full(self) -> bool:
        """Whether nobody more is let in: every seat is taken, or memory is short."""
        return self._memory.is_short or self.clients() >= self._config.ws_max_connections

    def viewers(self, sport: str) -> int:
        """How many hear a sport."""
        rooms = self._socketio.server.manager.rooms.get("/", {})
        return len(rooms.get(wire.room(sport), ())) + self.listeners.count(sport)

    def open(self, app: Flask, wiring: Wiring, async_mode: str) -> None:
        """Put the Socket.IO server into an application, and before it what guards its handshake."""
        config, socketio = self._config, self._socketio
        namespace = BoardSockets(wiring, self.sockets)
        # only eventlet's sockets can be written past their writer
        direct = config.fanout == "direct" and async_mode == "eventlet"
        socketio.init_app(
            app,
            async_mode=async_mode,
            cors_allowed_origins=lambda origin, environ: origin in wiring.origins,
            ping_interval=config.ws_ping_interval_seconds,
            client_manager=Fanout() if direct else None,
            logger=library_log("socketio"),
            engineio_logger=library_log("engineio"),
            **ALWAYS,
        )
        socketio.server.register_namespace(namespace)
        if direct:
            delivery = Delivery(config.ws_max_buffer_kb * 1024, config.ws_write_timeout_seconds)
            delivery.make_up = namespace.make_up
            Engine.become(socketio.server.eio, delivery)
            wiring.delivery = delivery
        if config.fanout == "direct":
            # also where Socket.IO frames: a compressor takes 200 KB a viewer
            app.wsgi_app = OneDeflate(app.wsgi_app, SOCKET_PATH)  # type: ignore[method-assign]
        self.sockets.attach(socketio.server)
        guarded: Any = FullHouse(app.wsgi_app, SOCKET_PATH, self._seats)
        app.wsgi_app = guarded  # type: ignore[method-assign]
