"""`/_sandbox/...` steers a sandbox: faults, steps, its account. For this machine only."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Flask, Response, request

from linefinder.config import is_loopback
from linefinder.provider.sandbox.box import Sandbox, plain
from linefinder.provider.sandbox.faults import BadFault, fault_from


class Steering(msgspec.Struct, forbid_unknown_fields=True):
    """What `/_sandbox/step` and `/_sandbox/account` take."""

    index: int | None = None
    size: int | None = None
    used: int | None = None


def steer(app: Flask, box: Sandbox) -> None:
    """Put the steering of a sandbox into its application."""
    app.register_error_handler(BadFault, lambda error: plain({"error": str(error)}, {}, 400))
    app.add_url_rule(
        "/_sandbox/fault",
        view_func=lambda: _faults(box),
        endpoint="fault",
        methods=["GET", "POST", "DELETE"],
    )
    app.add_url_rule(
        "/_sandbox/step", view_func=lambda: _step(box), endpoint="step", methods=["POST"]
    )
    app.add_url_rule(
        "/_sandbox/account", view_func=lambda: _account(box), endpoint="account", methods=["POST"]
    )
    app.add_url_rule("/_sandbox/state", view_func=lambda: _state(box), endpoint="state")
    app.before_request(_only_from_here)


def _only_from_here() -> Response | None:
    if request.path.startswith("/_sandbox") and not is_loopback(request.remote_addr or ""):
        return plain({"error": "steering is for this machine"}, {}, 403)
    return None


def _faults(box: Sandbox) -> Response:
    if request.method == "POST":
        box.faults.add(fault_from(_body(Any)))
    elif request.method == "DELETE":
        box.faults.clear()
    return plain(box.faults.listed(), {})


def _step(box: Sandbox) -> Response:
    try:
        box.source.step(_body(Steering).index)
    except ValueError as error:
        raise BadFault(str(error)) from None
    return _state(box)


def _account(box: Sandbox) -> Response:
    asked = _body(Steering)
    if asked.size is not None:
        box.account.size = asked.size
    if asked.used is not None:
        box.account.used = asked.used
    return _state(box)


def _state(box: Sandbox) -> Response:
    state = box.source.state(box.now())
    credits_ = {"size": box.account.size, "used": box.account.used}
    counts = {"calls": dict(box.calls), "account": credits_, "faults": box.faults.listed()}
    return plain({**state, **counts}, {})


def _body(kind: Any) -> Any:
    try:
        return msgspec.json.decode(request.get_data(), type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadFault(f"the body is not what is asked for: {error}") from None
