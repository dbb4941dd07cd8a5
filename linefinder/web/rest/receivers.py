"""REST for where alerts go besides the page: Web Push and webhooks."""

from __future__ import annotations

import secrets

from flask import Response
from spectree import Response as Answers

from linefinder import wire
from linefinder.domain.errors import Refused
from linefinder.store import subscriptions
from linefinder.web.rest import alert_schema as schema
from linefinder.web.rest.alerts import FITS, REFUSALS, TAGS, bp, watcher
from linefinder.web.rest.document import Problem, spec
from linefinder.web.rest.exchange import answer, body, has_token
from linefinder.wiring import wiring

__all__ = ["bp", "new_secret"]


def new_secret() -> str:
    """A secret of a webhook and this server."""
    return secrets.token_hex(32)


@bp.get("/push")
@spec.validate(resp=Answers(HTTP_200=schema.PushKey), skip_validation=True, tags=TAGS)
def push_key() -> Response:
    """What a browser needs to subscribe to Web Push here."""
    return answer({"key": wiring().sending.keys.public()})


@bp.post("/push")
@spec.validate(
    json=schema.Push, headers=schema.Browser,
    resp=Answers(HTTP_201=schema.Subscribed, **REFUSALS), skip_validation=True, tags=TAGS,
)  # fmt: skip
def subscribe_push() -> Response:
    """Push this browser's alerts also to where no page is open."""
    mine, asked, w = watcher(), body(schema.Push, FITS), wiring()
    w.sending.check(asked.endpoint, asked.keys.p256dh, asked.keys.auth)
    keys = wire.encode(asked.keys).decode()
    key = subscriptions.subscribe(mine, "push", asked.endpoint, keys, w.now())
    return answer({"id": key}, 201)


@bp.delete("/subscriptions/<subscription_id>")
@spec.validate(
    headers=schema.Browser,
    resp=Answers("HTTP_204", HTTP_403=Problem, HTTP_404=Problem, HTTP_503=Problem),
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def unsubscribe(subscription_id: str) -> Response:
    """Send there no longer."""
    if not subscriptions.unsubscribe(subscription_id.replace("\0", ""), watcher()):
        raise Refused("unknown_subscription", f"there is no {subscription_id[:64]!r}", 404)
    return Response(status=204)


@bp.post("/webhooks")
@spec.validate(
    json=schema.Webhook, headers=schema.Browser,
    resp=Answers(HTTP_201=schema.Webhooks, **REFUSALS), security={"token": []},
    skip_validation=True, tags=TAGS,
)  # fmt: skip
def subscribe_webhook() -> Response:
    """Send this browser's alerts to an address. Needs the refresh token; where others can't reach the
    board ALERT_WEBHOOKS=true will do."""
    mine, asked, w = watcher(), body(schema.Webhook, FITS), wiring()
    anybody = w.config.alert_webhooks and not w.config.is_public
    if not (anybody or has_token()):
        needs = "the refresh token" + ("" if w.config.is_public else ", or ALERT_WEBHOOKS=true")
        raise Refused("webhooks_off", f"webhooks need {needs}", 403)
    w.sending.check_webhook(asked.url)
    secret = new_secret()
    kept = wire.encode({"secret": secret, "format": asked.format}).decode()
    key = subscriptions.subscribe(mine, "webhook", asked.url, kept, w.now())
    return answer({"id": key, "secret": secret}, 201)
