"""The real thing: `python app.py` as a process with a database of its own."""

from __future__ import annotations

from pathlib import Path

from tests.support.machine import free_port, fresh_env
from tests.support.process import Program


class Server(Program):
    """A LineFinder server on a free port of 127.0.0.1.

    Settings are named as in the environment: `Server(tmp_path, POLL_ENABLED="true")`. Without
    DATABASE_URL it has an SQLite file in `folder`. `URL_PREFIX` is part of `url`.
    """

    def __init__(self, folder: Path, **settings: object) -> None:
        self.port = int(str(settings.get("PORT") or free_port()))
        name = f"linefinder-{self.port}"
        own = {
            "HOST": "127.0.0.1",
            "DATABASE_URL": f"sqlite:///{folder / name}.db",
            "REST_RATE_LIMIT": 0,  # tests ask in a hurry, all from one address
            **settings,
            "PORT": self.port,
        }
        url = f"http://127.0.0.1:{self.port}{settings.get('URL_PREFIX', '')}"
        log = folder / f"{name}.log"
        super().__init__(["app.py"], fresh_env(**own), log, url, probe="/api/health")
