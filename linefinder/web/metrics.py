"""`/metrics` for Prometheus: feeds, credits, clients, as they stand when asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from linefinder.wiring import Wiring, wiring

bp = Blueprint("metrics", __name__)
COUNTED = {
    "deliveries": "Messages handed to a client's socket or queue",
    "dropped": "Updates that slow clients lost",
    "conflated": "Boards given to slow clients in place of lost updates",
    "stalled": "Clients closed because they took nothing",
}
TIMED = {
    "emit": ("emits", "Seconds it took to tell all viewers of a sport"),
    "emit_hold": ("holds", "Seconds that telling them kept the loop without a pause"),
    "loop_lag": ("lags", "Seconds by which the loop came back later than asked"),
}
STATUSES = ("stale", "waiting", "idle", "live", "delayed")


class Board(Collector):
    """Gauges read from memory; nothing is counted twice."""

    def __init__(self, w: Wiring) -> None:
        self._w = w

    def collect(self) -> Iterator[Metric]:
        w, now = self._w, self._w.now()
        status = GaugeMetricFamily(
            "linefinder_feed_status",
            "1 for the status of a sport's data, else 0",
            labels=["sport", "status"],
        )
        version = GaugeMetricFamily("linefinder_version", "Version of a board", labels=["sport"])
        age = GaugeMetricFamily(
            "linefinder_data_age_seconds",
            "Seconds since the last poll that succeeded",
            labels=["sport"],
        )
        for sport in w.boards.sports():
            feed = w.boards.judge(sport, now)
            for name in STATUSES:
                status.add_metric([sport, name], float(name == feed.status))
            version.add_metric([sport], w.boards.stream(sport).board.version)
            if feed.data_at:
                age.add_metric([sport], (now - feed.data_at).total_seconds())
        yield from (status, version, age)
        about = "Open sockets and event streams"
        yield GaugeMetricFamily("linefinder_clients", about, value=w.clients())
        wanted = w.wanted.on or w.jobs.succession.is_abandoned
        yield GaugeMetricFamily("linefinder_polling", "1 if polls are wanted", value=float(wanted))
        yield from self._credits(now)
        yield from self._others()
        yield self._polls()

    def _polls(self) -> CounterMetricFamily:
        """Those of the process that polls, told by every process: it may have no pages of its own."""
        labels = ["sport", "outcome"]
        polls = CounterMetricFamily("linefinder_polls", "Polls by how they ended", labels=labels)
        jobs = self._w.jobs
        is_led = jobs.succession.is_led
        ended = jobs.follower.ended if is_led else self._w.poller.ended
        for (sport, outcome), count in list(ended.items()):
            polls.add_metric([sport, outcome], count)
        return polls

    def _others(self) -> Iterator[Metric]:
        """How this process stands to the others on its database."""
        jobs = self._w.jobs
        age = time.monotonic() - jobs.follower.looked_at
        leads = jobs.leading.holds()
        yield GaugeMetricFamily("linefinder_leads", "1 if this process polls", value=float(leads))
        polled = self._w.wanted.on and (leads or jobs.succession.is_led)
        yield GaugeMetricFamily(
            "linefinder_polled", "1 if this process or another polls", value=float(polled)
        )
        yield GaugeMetricFamily(
            "linefinder_followed_seconds",
            "Seconds since this process last read what the others wrote",
            age,
        )
        counted = {
            "linefinder_followed": (
                "Versions told that another process wrote",
                jobs.follower.count,
            ),
            "linefinder_hints": (
                "Hints over Redis: said, heard, failed",
                jobs.succession.hints.count,
            ),
        }
        for name, (about, counts) in counted.items():
            family = CounterMetricFamily(name, about, labels=["what"])
            for what, count in list(counts.items()):
                family.add_metric([what], count)
            yield family

    def _credits(self, now: datetime) -> Iterator[GaugeMetricFamily]:
        w, ledger = self._w, self._w.boards.ledger
        told = {
            "linefinder_credits_remaining": (
                "Of the month, as the provider last told",
                ledger.remaining,
            ),
            "linefinder_credits_used": ("This month, as the provider last told", ledger.used),
            "linefinder_credits_reserve": (
                "That background polls leave to manual refreshes",
                w.boards.reserve(now),
            ),
            "linefinder_plan_fresh_ratio": (
                "Share of shown prices that the plan expects to be right",
                w.plans.plan.fresh,
            ),
        }
        for name, (about, value) in told.items():
            if value is not None:
                yield GaugeMetricFamily(name, about, value=value)
        due = GaugeMetricFamily(
            "linefinder_next_poll_seconds",
            "Seconds until it, below 0 where it is late",
            labels=["sport"],
        )
        for sport in w.wanted.sports:
            at = w.boards.facts(sport).next_poll_at
            if at:
                due.add_metric([sport], (at - now).total_seconds())
        yield due


class Delivered(Collector):
    """What the fan-out did since the start; nothing where Socket.IO's own is used."""

    def __init__(self, w: Wiring) -> None:
        self._w = w

    def collect(self) -> Iterator[Metric]:
        w = self._w
        viewers = GaugeMetricFamily(
            "linefinder_viewers", "Sockets and event streams that hear a sport", labels=["sport"]
        )
        for sport in w.boards.sports():
            viewers.add_metric([sport], w.viewers(sport))
        yield viewers
        if w.delivery is None:
            return
        tally = w.delivery.tally
        for name, about in COUNTED.items():
            yield CounterMetricFamily(f"linefinder_{name}", about, value=getattr(tally, name))
        for name, (attribute, about) in TIMED.items():
            times = getattr(tally, attribute)
            yield HistogramMetricFamily(
                f"linefinder_{name}_seconds", about, times.buckets(), times.total
            )
        yield GaugeMetricFamily(
            "linefinder_buffer_bytes", "Bytes that wait for slow clients", w.waiting()
        )


@bp.get("/metrics")
def metrics() -> Response:
    registry = CollectorRegistry()
    registry.register(Board(wiring()))
    registry.register(Delivered(wiring()))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
