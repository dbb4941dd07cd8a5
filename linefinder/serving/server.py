"""The runner: async driver, listening socket, limits, start and stop.

Ours instead of `socketio.run`, whose defaults bite: a backlog of 50, 1024 connections after which even
/api/health hangs, no time-out for a slow sender, SO_REUSEPORT that hides a taken port, tracebacks sent
to clients.
"""

from __future__ import annotations

import errno
import logging
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from flask import Flask

from linefinder.config import Config
from linefinder.logs import named
from linefinder.serving.connections import Unfinished, frugal, paced

log = logging.getLogger("linefinder.server")

try:
    import resource
except ImportError:  # pragma: no cover - Windows
    resource = None  # type: ignore[assignment]

BACKLOG = 4096
SEND_BUFFER = 64 * 1024
SPARE_FILES = 128
SPARE_CONNECTIONS = 256
SLOW_REQUEST_SECONDS = 30
LOOK_EVERY_SECONDS = 0.2


class CannotListen(Exception):
    """The address can't be had; the message is one clear line."""


def listen(host: str, port: int) -> socket.socket:
    """A listening socket. Its options are inherited by every connection where the system does so."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        listener.bind((host.strip("[]"), port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListen(_why(host, port, error)) from error
    return listener


def _why(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {host} is taken; stop what runs there, or set PORT to another"
    return f"HOST={host} PORT={port} can't be listened on: {error.strerror or error}"


def drop_silent_writers(listener: socket.socket, seconds: float) -> None:
    """Linux closes a connection whose peer takes nothing for so long; elsewhere the sweep does."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)
    if option is not None:
        listener.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1000))


def raise_file_limit(config: Config) -> int:
    """Raise the limit of open files as far as is needed and allowed; the viewers that it leaves."""
    if resource is None:
        return config.ws_max_connections
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = config.ws_max_connections + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        wanted = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        except (OSError, ValueError):
            log.debug("the limit of open files stays at %s", soft, extra=named("file_limit"))
    if soft == resource.RLIM_INFINITY:
        return config.ws_max_connections
    return min(config.ws_max_connections, max(1, soft - SPARE_FILES))


class Driver:
    """What server.py needs of an async driver."""

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self._stops: list[Callable[[], None]] = []

    def serve(self, listener: socket.socket, app: Any, connections: int) -> None:
        """Serve in the background."""
        start = {"eventlet": self._eventlet, "gevent": self._gevent}.get(self.mode, self._threads)
        self._stops.append(start(listener, app, connections))

    def stop(self) -> None:
        for stop in self._stops:
            stop()

    def sleep(self, seconds: float) -> None:
        _module(self.mode).sleep(seconds)

    def _eventlet(self, listener: socket.socket, app: Any, connections: int) -> Callable[[], None]:
        eventlet = _module("eventlet")
        wsgi = _module("eventlet.wsgi")
        pool, unfinished = eventlet.GreenPool(connections + SPARE_CONNECTIONS), Unfinished()
        thread = eventlet.spawn(
            wsgi.server,
            paced(eventlet, listener, pool, unfinished),
            app,
            protocol=frugal(wsgi.HttpProtocol, unfinished),
            custom_pool=pool,
            socket_timeout=SLOW_REQUEST_SECONDS,
            debug=False,
            log=logging.getLogger("linefinder.access"),
            log_output=False,
            max_http_version="HTTP/1.1",
            minimum_chunk_size=1,  # else 4 KB of a stream are collected before any is sent
        )
        # closing the listener would hang; killing its greenthread does not
        return lambda: eventlet.kill(thread)

    def _gevent(self, listener: socket.socket, app: Any, connections: int) -> Callable[[], None]:
        pool, wsgi = (
            _module("gevent.pool").Pool(connections + SPARE_CONNECTIONS),
            _module("gevent.pywsgi"),
        )
        # a client that the system gave up is no mistake of ours: no traceback
        wsgi.WSGIHandler.ignored_socket_errors += (errno.ETIMEDOUT, errno.EBADF)
        server = wsgi.WSGIServer(listener, app, spawn=pool, log=None)
        server.start()
        return lambda: server.stop(timeout=0.5)

    def _threads(self, listener: socket.socket, app: Any, connections: int) -> Callable[[], None]:
        host, port = listener.getsockname()[:2]
        server = _module("werkzeug.serving").make_server(
            host, port, app, threaded=True, fd=listener.fileno()
        )
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shutdown: Callable[[], None] = server.shutdown
        return shutdown


def _module(name: str) -> ModuleType:
    """The driver's module, loaded by bootstrap.py before anything else."""
    return sys.modules[{"threading": "time"}.get(name, name)]


def heed_signals() -> threading.Event:
    """Set at SIGTERM or SIGINT, also at one that comes before anybody waits for it."""
    asked = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: asked.set())
    return asked


def wait_until(asked: threading.Event, driver: Driver) -> None:
    """Until somebody asks for the end."""
    while not asked.is_set():
        driver.sleep(LOOK_EVERY_SECONDS)


def say_goodbye(app: Flask, driver: Driver) -> None:
    """`bye` to everyone, no new poll, the running commit finished, then the door is closed."""
    wiring = app.extensions["linefinder"]
    wiring.teller.goodbye("restart")
    driver.sleep(LOOK_EVERY_SECONDS)  # the writers need a moment to send it
    wiring.jobs.stop()
    wiring.recorder.close()
    driver.stop()
