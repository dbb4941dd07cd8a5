"""PostgreSQL, Redis and nginx of our own, to be broken: each in a folder and on a port of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import psycopg
import redis

from tests.support.machine import free_port
from tests.support.recordings import ROOT
from tests.support.waiting import until

LOCATIONS = ROOT / "deploy" / "nginx" / "linefinder-locations.conf"


def postgres_bin() -> Path | None:
    """Where PostgreSQL's programs are; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: path.parts)
    on_path = shutil.which("postgres")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


class Engine:
    """A server of somebody else's: `command` in `folder`, up once `answers`."""

    def __init__(self, folder: Path, user: str | None = None) -> None:
        self.folder, self.user = folder, user
        self.log = folder / "engine.log"
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        """Run it until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for who started it
            )
        until(self.answers, 60, f"{self.command()[0]} answers: {self.log.read_text()[-2000:]}")

    def send(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it, and wait until it has ended."""
        self.send(signal.SIGCONT)
        self.send(how)
        if self.process is not None:
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(15)


class Postgres(Engine):
    """A cluster of PostgreSQL, which refuses to run as root: root runs it as its package's user."""

    def __init__(self, folder: Path | None = None, bin_: Path | None = None) -> None:
        made = folder or Path(tempfile.mkdtemp(prefix="lf-postgres-"))
        is_root = os.geteuid() == 0
        super().__init__(made, "postgres" if is_root else None)
        if is_root:
            shutil.chown(made, "postgres", "postgres")
        self.bin, self.port = bin_ or postgres_bin() or Path("/"), free_port()
        self.url = f"postgresql://postgres@127.0.0.1:{self.port}/postgres"
        self._initdb()

    def _initdb(self) -> None:
        make = [str(self.bin / "initdb"), "-D", str(self.folder / "data"), "-U", "postgres"]
        subprocess.run(
            [*make, "-A", "trust", "-E", "UTF8", "--no-sync"],
            cwd=self.folder,
            user=self.user,
            group=self.user,
            extra_groups=[] if self.user else None,
            capture_output=True,
            check=True,
        )

    def command(self) -> Sequence[str]:
        options = {"listen_addresses": "127.0.0.1", "max_connections": "100", "fsync": "off"}
        options |= {"shared_buffers": "32MB", "max_wal_size": "32MB", "min_wal_size": "32MB"}
        chosen = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        place = ["-D", str(self.folder / "data"), "-p", str(self.port), "-k", str(self.folder)]
        return [str(self.bin / "postgres"), *place, *chosen]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """What it says to one statement."""
        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            found = connection.execute(statement.encode())
            return found.fetchall() if found.description else []

    def hang_up(self) -> None:
        """Cut every connection but ours."""
        others = "datname = 'postgres' AND pid <> pg_backend_pid()"
        self.query(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")

    def restart(self) -> None:
        """Stop it as an operator would, with every connection, and start it again."""
        self.stop(signal.SIGINT)
        self.start()

    def close(self) -> None:
        self.stop(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Engine):
    """A Redis that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> Sequence[str]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return ["redis-server", *place, "--save", "", "--appendonly", "no"]

    def answers(self) -> bool:
        try:
            with redis.Redis.from_url(self.url, socket_timeout=2) as server:
                return bool(server.ping())
        except redis.RedisError:
            return False

    def flush(self) -> None:
        """Forget everything, and everybody who listens."""
        with redis.Redis.from_url(self.url, socket_timeout=2) as server:
            server.flushall()
            server.client_kill_filter(_type="pubsub", skipme=True)


class Nginx(Engine):
    """nginx in front of `ports`, with the locations that deploy/ ships."""

    def __init__(self, folder: Path, ports: Sequence[int], port: int | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._program = shutil.which("nginx") or "/usr/sbin/nginx"
        self.file = folder / "nginx.conf"
        self.file.write_text(nginx_file(folder, self.port, ports))

    def command(self) -> Sequence[str]:
        return [self._program, "-c", str(self.file), "-g", "daemon off;"]

    def answers(self) -> bool:
        return (self.folder / "nginx.pid").exists() and _listens(self.port)

    def test(self) -> subprocess.CompletedProcess[str]:
        """`nginx -t`."""
        command = [self._program, "-t", "-c", str(self.file)]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def reload(self) -> None:
        """Have new workers take over, as `systemctl reload nginx` does."""
        self.send(signal.SIGHUP)


def nginx_file(folder: Path, port: int, ports: Sequence[int]) -> str:
    """A whole nginx.conf: what a distribution's would say, and ours."""
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "\n".join(f"  {one}_temp_path {folder}/{one};" for one in temporary)
    upstream = "\n".join(f"    server 127.0.0.1:{one} max_fails=0;" for one in ports)
    return f"""
{"user root;" if os.geteuid() == 0 else ""}
worker_processes 1;
worker_rlimit_nofile 16384;
worker_shutdown_timeout 2s;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 8192; }}
http {{
  access_log off;
{paths}
  upstream linefinder {{
{upstream}
    keepalive 16;
  }}
  server {{
    listen 127.0.0.1:{port};
    include {LOCATIONS};
  }}
}}
"""


def _listens(port: int) -> bool:
    with open("/proc/net/tcp") as lines:
        return any(f":{port:04X} " in line and " 0A " in line for line in lines)


def lacking() -> list[str]:
    """Which servers this machine lacks, and how Debian installs them."""
    lacks = [] if postgres_bin() else ["PostgreSQL (apt install postgresql)"]
    if not shutil.which("redis-server"):
        lacks.append("Redis (apt install redis-server)")
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        lacks.append("nginx (apt install nginx)")
    return lacks
