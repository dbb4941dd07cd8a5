"""`GET /api/stream/{sport}`: the messages of Socket.IO as server-sent events. What is said, and who
has a seat, is up to live/listeners.py."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, request
from spectree import Response as Answers

from linefinder.domain.errors import Refused
from linefinder.domain.odds import Position
from linefinder.web.doors import visitor
from linefinder.web.rest import schema
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import check_origin, known
from linefinder.wire import position_from
from linefinder.wiring import wiring

bp = Blueprint("stream", __name__, url_prefix="/api")
HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
}
LAST = "Last-Event-ID"


@bp.get("/stream/<sport>")
@spec.validate(
    query=schema.Resume,
    headers=schema.ResumeHeaders,
    resp=Answers(
        HTTP_200=schema.EventStream,
        HTTP_400=Problem,
        HTTP_403=Problem,
        HTTP_404=Problem,
        HTTP_503=Problem,
    ),
    skip_validation=True,
    tags=["boards"],
)
def stream(sport: str) -> tuple[Iterable[bytes], int, dict[str, str]]:
    """The board of a sport and all that happens to it, as server-sent events (docs/protocol.md).

    Events: odds_snapshot, odds_update, feed_status, bye. Ends when the server goes.
    """
    w = wiring()
    check_origin()
    key, held = known(sport), _held()
    if request.method == "HEAD":  # nobody would listen
        return iter(()), 200, HEADERS
    if held is not None:
        w.wait_for(key, held)
    # not a Response: of such a one spectree would first collect all that is ever said
    return w.listeners.join(key, held, request.environ, visitor().number), 200, HEADERS


def _held() -> Position | None:
    """The position to go on from. A browser that comes back repeats its URL: the header is newer."""
    said = request.headers.get(LAST) or request.args.get("last_event_id")
    if not said:
        return None
    held = position_from(said)
    if held is None:
        raise Refused("bad_request", f"{said[:64]!r} is no id of this stream (<epoch>-<version>)")
    return held
