"""A whole board of several processes: PostgreSQL, Redis, nginx, web processes, poller, sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.support.engines import Nginx, Postgres, Redis
from tests.support.machine import free_port
from tests.support.poller import Poller
from tests.support.process import Program
from tests.support.proxy import Proxy
from tests.support.rooms import migrated
from tests.support.sandbox import Sandbox
from tests.support.server import Server

CALM: dict[str, object] = {
    "POLL_SPORTS": "nba",
    "POLL_ALLOW_EXHAUSTION": "true",
    "REFRESH_COOLDOWN_SECONDS": 0,
    "REFRESH_PER_HOUR": 100_000,
    "REST_RATE_LIMIT": 0,
    "PUBLIC_REFRESH": "true",
    "DATA_ACCESS": "open",
    "TRUSTED_PROXIES": "127.0.0.1",
    "SECRET_KEY": "the same for all processes",
}


class Cluster:
    """Everything on ports of its own, but `port`, where nginx listens. `settings` are for all processes
    of ours; the web processes do not poll while `webs_poll` is not said."""

    def __init__(
        self,
        folder: Path,
        *,
        webs: int = 2,
        port: int | None = None,
        sandbox: Sequence[object] = ("--refresh", "0.5"),
        webs_poll: bool = False,
        **settings: object,
    ) -> None:
        self.postgres, self.redis = Postgres(), Redis(folder / "redis")
        self.sandbox = Sandbox(folder, *sandbox)
        ports = [free_port() for _ in range(webs)]
        self.nginx = Nginx(folder / "nginx", ports, port)
        origins = ",".join(
            f"http://{host}:{self.nginx.port}" for host in ("127.0.0.1", "localhost")
        )
        places = {"DATABASE_URL": self.postgres.url, "REDIS_URL": self.redis.url}
        chosen = {**CALM, **places, "ALLOWED_ORIGINS": origins, **settings}
        shared = self.sandbox.settings(**chosen)
        on = "true" if webs_poll else "false"
        self.webs = [Server(folder, **{**shared, "PORT": one, "POLL_ENABLED": on}) for one in ports]
        self.poller = Poller(folder, **{**shared, "POLL_ENABLED": "true"})
        self.folder = folder
        self.network: Proxy
        """A bad network in front of nginx, where a test puts one."""

    @property
    def programs(self) -> list[Program]:
        return [self.sandbox, self.poller, *self.webs]

    def start(self) -> None:
        """Everything, in the order in which it needs each other."""
        self.postgres.start()
        self.redis.start()
        migrated(self.folder, self.postgres.url)
        for program in self.programs:
            program.launch()
        for program in self.programs:
            program.await_answer()
        self.nginx.start()

    def close(self) -> None:
        """End everything; a traceback in a log of ours is a complaint."""
        try:
            for program in reversed(self.programs):
                program.kill()
            for program in self.programs:
                program.close()
        finally:
            self.stop_engines()

    def stop(self) -> list[int]:
        """End everything in good order; the exit codes of our programs."""
        self.nginx.stop()
        codes = [program.stop() for program in reversed(self.programs)]
        self.stop_engines()
        return codes

    def stop_engines(self) -> None:
        self.nginx.stop()
        self.redis.stop()
        self.postgres.close()
