"""python-socketio's client, made to take messages in order and to say why it was refused."""

from __future__ import annotations

from typing import Any, NamedTuple

import engineio
import socketio

Json = dict[str, Any]
DOWN = ("odds_snapshot", "odds_update", "feed_status", "alert", "bye")


class Message(NamedTuple):
    """One message as it came: the bytes of its Engine.IO packet, the moment (time.monotonic)."""

    name: str
    body: Json
    size: int
    at: float


class _OrderedEngine(engineio.Client):  # type: ignore[misc]
    """Takes messages one after the other: the stock client starts a thread for each, so that two
    updates may change places and look like a gap that the server never made."""

    size = 0

    def _trigger_event(self, event: str, *args: Any, **kwargs: Any) -> Any:
        if event == "message":
            self.size = len(str(args[0]).encode()) + 1  # the type of the packet is cut off already
        return super()._trigger_event(event, *args, **{**kwargs, "run_async": False})


class Socket(socketio.Client):  # type: ignore[misc]
    def _engineio_client_class(self) -> type[engineio.Client]:
        return _OrderedEngine


def reason_of(error: BaseException) -> str:
    """What the library's own 'Connection error' hides: the status of a refusal, the system's word."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return str(error)
