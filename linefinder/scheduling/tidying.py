"""Deleting what is older than it is kept."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from linefinder.logs import named
from linefinder.polling.audience import BELIEVED_FOR
from linefinder.serving.access import LASTS
from linefinder.store.asks import forget_old
from linefinder.store.audiences import forget_audiences
from linefinder.store.passes import forget_passes
from linefinder.store.prune import prune
from linefinder.store.scores import forget_scores
from linefinder.store.sheets import forget_sheets
from linefinder.store.told import forget_told
from linefinder.store.watchers import forget_rules, forget_watchers

log = logging.getLogger("linefinder.jobs")


def tidy(history_days: int, now: datetime) -> None:
    """Prune all tables; the log says how much of what went."""
    forget_old(now)
    counts = prune(history_days, now)
    counts["sheets"] = forget_sheets(now)
    counts["scores"] = forget_scores(now)
    counts["alerts"] = forget_told(now)
    counts["rules"] = forget_rules(now)
    counts["passes"] = forget_passes(now - timedelta(seconds=LASTS))
    counts["audiences"] = forget_audiences(now - BELIEVED_FOR)
    counts["browsers"] = forget_watchers(now)
    if any(counts.values()):
        words = ", ".join(f"{count} {what}" for what, count in counts.items())
        log.info("pruned %s", words, extra=named("pruned", **counts))
