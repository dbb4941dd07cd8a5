"""The Engine.IO server with an outbox a client instead of a queue and a writer, and one task that pings
all instead of a greenlet each. For eventlet; the other drivers run what Engine.IO brings.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from engineio import packet
from engineio.exceptions import SocketIsClosedError, UnknownPacketError
from engineio.server import Server
from engineio.socket import Socket

from linefinder.live.frames import Frames
from linefinder.live.limits import Flow
from linefinder.live.outbox import Delivery, Outbox
from linefinder.logs import named

log = logging.getLogger("linefinder.sockets")

TICK_SECONDS = 0.25
PING = Frames(str(packet.PING))
# what Flask and the handlers still need of the handshake's request; the rest is 6 KB a client
KEPT = {
    "HTTP_HOST",
    "HTTP_ORIGIN",
    "PATH_INFO",
    "QUERY_STRING",
    "REMOTE_ADDR",
    "REQUEST_METHOD",
    "SCRIPT_NAME",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "eventlet.input",
    "eventlet.posthooks",
    "flask.app",
    "wsgi.errors",
    "wsgi.input",
    "wsgi.url_scheme",
}


class Pings:
    """Who is to be asked whether it is there, and who has not answered yet; both in order of time."""

    def __init__(self, every: float, patience: float) -> None:
        self._every, self._patience = every, patience
        self._due: dict[Seat, float] = {}
        self._asked: dict[Seat, float] = {}

    def heard(self, seat: Seat, now: float) -> None:
        """It is there: ask again in a while. Answers that nobody asked for change nothing."""
        if self._asked.pop(seat, None) is not None or seat not in self._due:
            self._due[seat] = now + self._every

    def forget(self, seat: Seat) -> None:
        self._due.pop(seat, None)
        self._asked.pop(seat, None)

    def tick(self, now: float) -> list[Seat]:
        """Ask who is due; those whose answer is overdue."""
        while self._due and (due := next(iter(self._due.items())))[1] <= now:
            del self._due[due[0]]
            self._asked[due[0]] = now
            due[0].queue.push(PING)
        overdue = []
        for seat, at in self._asked.items():
            if now - at <= self._patience:
                break
            overdue.append(seat)
        return overdue


class TooMuch(Exception):
    """A client sends more than any page would."""


class Seat(Socket):  # type: ignore[misc]
    """A client of the engine: one greenlet that reads, and an outbox."""

    def send(self, pkt: packet.Packet) -> None:
        if self.closed:
            raise SocketIsClosedError()
        self.queue.push(Frames(pkt.encode()))

    def schedule_ping(self) -> None:
        self.server.pings.heard(self, time.monotonic())

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Never waits: whoever closes a client must not hang on it."""
        if abort:
            self.queue.abort()
        super().close(wait=False, abort=abort, reason=reason)

    def _websocket_handler(self, ws: Any) -> list[bytes]:
        """From the handshake to the end of the connection, in the greenlet that reads."""
        self.connected = self.upgraded = True
        _slim(ws)
        # what the driver sends by itself (pongs, its closing frame) keeps to the order too
        ws._send = self.queue.push_frame
        _pace(ws, self.server.sleep, self.server.max_http_buffer_size)
        self.queue.attach(ws.socket.fd, "permessage-deflate" in ws.extensions)
        self.schedule_ping()
        try:
            self._hear(ws)
        finally:
            ws.websocket_closed = True
            del ws._send, ws._recv_frame  # what refers to itself waits for the garbage collector
        return []

    def _hear(self, ws: Any) -> None:
        """Until the client leaves, or says what no client would."""
        while (said := self._next(ws)) is not None:
            if len(said) > self.server.max_http_buffer_size:
                return
            try:
                self.receive(packet.Packet(encoded_packet=said))
            except UnknownPacketError as error:
                log.debug("a client said something odd: %r", error, extra=named("odd_client"))
            except (SocketIsClosedError, ValueError):
                return

    def _next(self, ws: Any) -> Any:
        try:
            return ws.wait()
        except TooMuch:
            log.debug("a client sent too much", extra=named("odd_client"))
            return None


def _pace(ws: Any, sleep: Any, largest: int) -> None:
    """Frames one at a time and everybody in turn. A client that never stops sending would keep the
    loop, for its socket always has something; and for the driver a message in pieces has no size."""
    receive, flow = ws._recv_frame, Flow(time.monotonic())

    def receive_in_turn(message: Any = None) -> Any:
        sleep(0)
        found = receive(message=message)
        size = sum(map(len, found.data))
        if size > largest or not flow.take(time.monotonic(), 1 + size / 512):
            raise TooMuch
        return found

    ws._recv_frame = receive_in_turn


def _slim(ws: Any) -> None:
    """Let go of what a connection keeps for nothing: most of its request, a lock and a list of the
    driver's, and a timer for each wait, for pings find out who is gone."""
    protocol = ws.environ.get("linefinder.protocol")
    if protocol is not None:
        _prune(protocol.environ)  # Flask-SocketIO works on a copy of it
        protocol.headers, protocol.raw_requestline = {}, b""
    _prune(ws.environ)
    ws._sendlock = ws._msgs = None
    ws.socket.settimeout(None)


def _prune(environ: dict[str, Any]) -> None:
    kept = {name: environ[name] for name in KEPT & environ.keys()}
    environ.clear()  # a dictionary never shrinks while something is left in it
    environ.update(kept)


class Engine(Server):  # type: ignore[misc]
    """Made of a server that Flask-SocketIO has built: `become` it."""

    delivery: Delivery
    outboxes: dict[str, Outbox]
    """By Engine.IO sid: telling a room needs nothing else of a client, and each object that it need
    not touch saves 0.1 us a delivery."""

    pings: Pings
    start_service_task: bool

    @staticmethod
    def become(server: Any, delivery: Delivery) -> None:
        """Turn an Engine.IO server into this one: Flask-SocketIO leaves no other way to choose."""
        server.__class__ = Engine
        server.delivery, server.outboxes = delivery, {}
        server.pings = Pings(server.ping_interval, server.ping_timeout)
        delivery.spawn = server.start_background_task

    def create_queue(self, *args: Any, **kwargs: Any) -> Outbox:
        return Outbox(self.delivery)

    def _handle_connect(
        self, environ: dict[str, Any], start_response: Any, transport: str, jsonp_index: Any = None
    ) -> Any:
        """A client from its handshake until it leaves; whatever happens, it is forgotten then."""
        if self.start_service_task:
            self.start_service_task = False
            self.service_task_handle = self.start_background_task(self._service_task)
        seat = self._seat()
        try:
            self._trigger_event("connect", seat.sid, environ, run_async=False)
            return seat.handle_get_request(environ, start_response)
        finally:
            seat.close(wait=False, abort=True, reason=self.reason.TRANSPORT_CLOSE)
            seat.queue.detach()
            self.pings.forget(seat)
            self.outboxes.pop(seat.sid, None)
            self.sockets.pop(seat.sid, None)

    def _seat(self) -> Seat:
        sid = self.generate_id()
        seat = self.sockets[sid] = Seat(self, sid)
        seat.queue.sid = sid
        self.outboxes[sid] = seat.queue
        opening = {
            "sid": sid,
            "upgrades": [],
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }
        seat.send(packet.Packet(packet.OPEN, opening))
        return seat

    def _service_task(self) -> None:
        """Pings for all, for as long as the server runs."""
        while True:
            asleep = time.monotonic()
            self.sleep(TICK_SECONDS)
            now = time.monotonic()
            self.delivery.tally.lags.add(now - asleep - TICK_SECONDS)
            for seat in self.pings.tick(now):
                seat.close(abort=True, reason=self.reason.PING_TIMEOUT)
