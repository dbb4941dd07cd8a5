"""A month in minutes: real jobs, poller and database, a sandbox over HTTP, a clock that jumps."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from werkzeug.serving import WSGIRequestHandler, make_server

from linefinder.provider.sandbox.account import Account
from linefinder.provider.sandbox.box import Sandbox
from linefinder.provider.sandbox.faults import Faults
from linefinder.provider.sandbox.season import Season
from linefinder.provider.sandbox.server import create_sandbox
from linefinder.scheduling.jobs import Jobs
from tests.support.rooms import NBA, NFL, Clock, House, lead, open_house

HOUR = timedelta(hours=1)
RESET = datetime(2026, 12, 1, tzinfo=UTC)


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *_: object) -> None:
        """Say nothing."""


class Month:
    """Runs the jobs of a house in the order of their times. `low`: the least of (credits left minus
    reserve) after a planned poll."""

    def __init__(self, house: House, box: Sandbox, clock: Clock) -> None:
        self.house, self.box, self.clock = house, box, clock
        self.jobs: Jobs = house.wiring.jobs
        self.low = 10**9
        self.polls: list[tuple[datetime, str]] = []
        self.look_at = clock()

    def run_until(self, end: datetime) -> None:
        """Let time pass, with all that is due in it."""
        while True:
            poll = self._next_job()
            at = min(self.look_at, poll[0]) if poll else self.look_at
            if at >= end:
                self.clock.at = max(self.clock.at, end)
                return
            self.clock.at = max(self.clock.at, at)
            if poll and poll[0] <= self.look_at:
                self._run(poll[1])
            else:
                self.look_at += HOUR
                self._do(self.jobs.duties.look)

    def _next_job(self) -> tuple[datetime, str] | None:
        jobs = [
            job for job in self.jobs._scheduler.get_jobs() if job.id.startswith(("poll:", "replan"))
        ]
        return min(((job.next_run_time, job.id) for job in jobs), default=None)

    def _run(self, name: str) -> None:
        scheduler = self.jobs._scheduler
        job = scheduler.get_job(name)
        scheduler.remove_job(name)
        if name == "replan":
            self._do(self.jobs.agenda.replan)
            return
        calls = self.box.calls["odds"]
        self._do(self.jobs._poll, job.args[2])
        if self.box.calls["odds"] > calls:
            self.polls.append((self.clock(), job.args[2]))
            ledger = self.house.boards.ledger
            left = (ledger.remaining or 0) - self.house.boards.reserve(self.clock())
            self.low = min(self.low, left)

    def _do(self, work: object, *args: object) -> None:
        self.jobs._guarded("month", work, *args)  # type: ignore[arg-type]


@contextmanager
def month(
    folder: Path, begin: datetime, size: int, used: int = 0, **settings: str
) -> Iterator[Month]:
    """A house that polls a made-up NBA and NFL on an account of `size` credits, from `begin` on."""
    clock = Clock(begin)
    account = Account(size, calls_a_second=10**6)
    account.used = used
    app = create_sandbox(Season((NBA, NFL), refresh_seconds=60.0), account, clock, Faults())
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    wanted = {"ODDS_API_URL": url, "POLL_SPORTS": "nba,nfl", "POLL_ENABLED": "true", **settings}
    try:
        with open_house(folder, clock=clock, **wanted) as house:
            jobs: Jobs = house.wiring.jobs
            jobs._scheduler.start(paused=True)
            lead(jobs)
            with house.app.app_context():
                house.wiring.poller.look()
                jobs.switch.apply()
            yield Month(house, app.extensions["sandbox"], clock)
            jobs._scheduler.shutdown(wait=False)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
