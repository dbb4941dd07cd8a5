"""What a client may say: subscribe and unsubscribe, to boards and alerts. Answered from memory."""

from __future__ import annotations

import math
import time
from typing import Any

import msgspec
from socketio import Namespace

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.domain.odds import Position
from linefinder.domain.rules import BROWSER_ID
from linefinder.domain.sports import sport_key
from linefinder.live.greeting import Greetings
from linefinder.live.limits import Allowance, Sockets
from linefinder.live.outbox import Outbox
from linefinder.store.watchers import hashed
from linefinder.wiring import Wiring

LIFE = {"connect", "disconnect"}
LARGEST_MESSAGE = 512
LARGEST_VERSION = 2**53
MESSAGES = {"subscribe", "unsubscribe", "subscribe_alerts", "unsubscribe_alerts"}


class BoardSockets(Namespace):  # type: ignore[misc]
    """The namespace `/`. Handlers never touch the database: a connect storm would take every connection
    of the pool. `connect` never waits: a yield there leaves ghosts in rooms. `subscribe` waits only
    where a client comes from a process that was further than this one.

    A namespace of python-socketio: Flask-SocketIO's would make a Flask request of every message, with
    routing and a session that nobody here looks at, a third of what a connect costs."""

    def __init__(self, wiring: Wiring, sockets: Sockets) -> None:
        super().__init__("/")
        self._wiring, self._sockets = wiring, sockets
        self._greetings = Greetings(wiring.boards)
        self._allowances: dict[str, Allowance] = {}

    def on_connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        self._allowances[sid] = Allowance(time.monotonic())
        self._sockets.opened(sid, environ)

    def on_disconnect(self, sid: str, reason: Any = None) -> None:
        self._allowances.pop(sid, None)
        self._sockets.closed(sid)

    def trigger_event(self, event: str, *args: Any) -> Any:
        """Every message is counted, measured and answered, also those with an unknown name."""
        if event in LIFE and not self._is_said(event, args[0]):
            return super().trigger_event(event, *args)
        try:
            self._check(args[0])
            if event not in MESSAGES:
                raise Refused("bad_request", f"there is no message {event[:32]!r}")
            asked = _fields(event, args[1:])
            return super().trigger_event(event, args[0], asked)
        except Refused as refusal:
            return _refusal(refusal)

    def _is_said(self, event: str, sid: str) -> bool:
        """Whether a client said by itself what only the server may: it would have a new allowance."""
        if event == "connect":
            return sid in self._allowances
        connected: bool = self._sockets.is_connected(sid)
        return connected

    def on_subscribe(self, sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Join the room first, then send what is missing, then how the data stands."""
        try:
            sport = self._sport(asked)
            held = _held(asked)
        except Refused as refusal:
            return _refusal(refusal)
        boards = self._wiring.boards
        if held is not None:
            self._wiring.wait_for(sport, held)
        with boards.lock:
            self.enter_room(sid, wire.room(sport))
            greeting = self._greetings.of(sport, self._wiring.now())
            stream = greeting.stream
            missing = stream.recover(held)
            if missing is None:
                self.emit(wire.SNAPSHOT, greeting.snapshot, to=sid)
            for update in missing or ():
                self.emit(wire.UPDATE, greeting.update(update), to=sid)
            self.emit(wire.STATUS, greeting.status, to=sid)
        return {
            "ok": True,
            "sport": sport,
            "epoch": stream.board.epoch,
            "version": stream.board.version,
            "resumed": missing is not None,
        }

    def on_unsubscribe(self, sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            sport = self._sport(asked)
        except Refused as refusal:
            return _refusal(refusal)
        self.leave_room(sid, wire.room(sport))
        return {"ok": True, "sport": sport}

    def make_up(self, outbox: Outbox, sport: str) -> None:
        """Give a slow client the board whose updates it lost, if it still wants it."""
        boards, manager = self._wiring.boards, self.server.manager
        with boards.lock:
            outbox.lost -= {sport}
            sid = manager.sid_from_eio_sid(outbox.sid, "/")
            if sid is None or wire.room(sport) not in manager.get_rooms(sid, "/"):
                return
            greeting = self._greetings.of(sport, self._wiring.now())
            self.emit(wire.SNAPSHOT, greeting.snapshot, to=sid)

    def on_subscribe_alerts(self, sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Join the room of the browser whose id this is: who knows it, is it."""
        try:
            self.enter_room(sid, _alert_room(asked))
        except Refused as refusal:
            return _refusal(refusal)
        return {"ok": True}

    def on_unsubscribe_alerts(self, sid: str, asked: dict[str, Any]) -> dict[str, Any]:
        try:
            self.leave_room(sid, _alert_room(asked))
        except Refused as refusal:
            return _refusal(refusal)
        return {"ok": True}

    def _check(self, sid: str) -> None:
        allowance = self._allowances.get(sid)
        if allowance is None or allowance.take(time.monotonic()):
            return
        if allowance.refused > Allowance.PATIENCE:
            self._sockets.close(sid)
        raise Refused("too_many_requests", "10 messages a second are allowed", 429)

    def _sport(self, asked: dict[str, Any]) -> str:
        name = asked.get("sport")
        if not isinstance(name, str) or not name:
            raise Refused("bad_request", "'sport' must be the key or short name of a sport")
        sport = sport_key(name)
        if not self._wiring.boards.knows(sport):
            raise Refused("unknown_sport", f"there is no sport {name[:64]!r}", 404)
        return sport


def _fields(event: str, args: tuple[Any, ...]) -> dict[str, Any]:
    if len(args) != 1 or not isinstance(args[0], dict):
        raise Refused("bad_request", f"'{event}' takes one object")
    try:
        size = len(msgspec.json.encode(args))
    except (TypeError, ValueError, RecursionError):
        raise Refused("bad_request", f"'{event}' takes one object of plain values") from None
    if size > LARGEST_MESSAGE:
        raise Refused("bad_request", f"a message takes at most {LARGEST_MESSAGE} bytes")
    return args[0]


def _alert_room(asked: dict[str, Any]) -> str:
    key = asked.get("id")
    if not isinstance(key, str) or not BROWSER_ID.fullmatch(key):
        raise Refused("bad_request", "'id' must be 32 to 64 of A-Z, a-z, 0-9, - and _")
    return wire.alert_room(hashed(key))


def _held(asked: dict[str, Any]) -> Position | None:
    """The position that the client says it holds; None where it says none."""
    epoch, version = asked.get("epoch"), asked.get("version")
    if epoch is not None and not isinstance(epoch, str):
        raise Refused("bad_request", "'epoch' must be a text")
    if version is None:
        return None
    if isinstance(version, float) and math.isfinite(version) and version.is_integer():
        version = int(version)
    if isinstance(version, bool) or not isinstance(version, int):
        raise Refused("bad_request", "'version' must be a whole number")
    if not 0 <= version <= LARGEST_VERSION:
        raise Refused("bad_request", "'version' must be a whole number from 0 on")
    return None if epoch is None else Position(epoch, version)


def _refusal(refusal: Refused) -> dict[str, Any]:
    return {"ok": False, "error": {"code": refusal.code, "message": refusal.message}}
