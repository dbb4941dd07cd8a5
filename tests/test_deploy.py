"""What deploy/ ships, run for real as far as a machine can."""

from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from linefinder.serving.watchdog import BEAT
from tests.cluster import main as make_cluster
from tests.support.engines import LOCATIONS, Nginx, lacking
from tests.support.machine import free_port, fresh_env
from tests.support.need import need
from tests.support.process import Program
from tests.support.recordings import ROOT
from tests.support.rooms import sqlite_in
from tests.support.sandbox import Sandbox
from tests.support.waiting import until

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
SERVERS = ("linefinder.conf", "compose.conf")


def here(text: str, folder: Path) -> str:
    """A shipped file with the places of this machine in it."""
    moved = text.replace("/opt/linefinder/.venv/bin/", f"{Path(sys.executable).parent}/")
    moved = moved.replace("/opt/linefinder", str(ROOT))
    return moved.replace("/etc/linefinder.env", str(folder / "linefinder.env"))


def heard_by_systemd(env: dict[str, str], path: Path) -> socket.socket:
    """The socket at which systemd would hear that a process with this environment is alive."""
    systemd = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    systemd.bind(str(path))
    systemd.settimeout(20)
    env.update(NOTIFY_SOCKET=str(path), WATCHDOG_USEC="600000")
    return systemd


@pytest.mark.parametrize("server", SERVERS)
def test_nginx_takes_the_files_that_are_shipped(server: str, tmp_path: Path) -> None:
    need(
        shutil.which("nginx") or Path("/usr/sbin/nginx").exists(),
        "this machine lacks nginx (apt install nginx)",
    )
    nginx = Nginx(tmp_path / "nginx", [free_port()])
    shipped = (ROOT / "deploy" / "nginx" / server).read_text()
    shipped = shipped.replace("/etc/nginx/linefinder-locations.conf", str(LOCATIONS))
    shipped = re.sub(r"listen (\[::\]:)?80;", f"listen 127.0.0.1:{free_port()};", shipped, count=1)
    shipped = shipped.replace("    listen [::]:80;\n", "")
    whole = nginx.file.read_text()
    start, end = whole.index("  upstream linefinder"), whole.rindex("}")
    nginx.file.write_text(whole[:start] + shipped + whole[end:])
    checked = nginx.test()
    assert checked.returncode == 0, checked.stderr
    assert "warn" not in checked.stderr


class Unwell(BaseHTTPRequestHandler):
    """A process with which something is wrong."""

    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()
        self.wfile.write(b"what is wrong")

    def log_message(self, *_: object) -> None:
        pass


def test_nginx_tells_what_is_wrong_where_another_process_is_down(tmp_path: Path) -> None:
    need(not lacking(), f"this machine lacks {', '.join(lacking())}")
    with ThreadingHTTPServer(("127.0.0.1", 0), Unwell) as unwell:
        threading.Thread(target=unwell.serve_forever, daemon=True).start()
        nginx = Nginx(tmp_path / "nginx", [unwell.server_port, free_port()])
        nginx.start()
        try:
            said = [requests.get(f"{nginx.url}/api/health", timeout=10) for _ in range(4)]
        finally:
            nginx.stop()
            unwell.shutdown()
    assert [(one.status_code, one.text) for one in said] == [(503, "what is wrong")] * 4


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_units_that_are_shipped(unit: Path, tmp_path: Path) -> None:
    analyze = need(shutil.which("systemd-analyze"), "this machine lacks systemd-analyze")
    (tmp_path / "linefinder.env").touch()
    name = unit.name.replace("@", "@5001")
    text = here(unit.read_text(), tmp_path).replace("User=linefinder", "User=daemon")
    (tmp_path / name).write_text(text)
    checked = subprocess.run(
        [analyze, "verify", "--man=no", str(tmp_path / name)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    complaints = [line for line in checked.stderr.splitlines() if name in line]
    assert complaints == []


@pytest.mark.slow
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_command_of_a_unit_starts_and_stops(
    unit: Path,
    tmp_path: Path,
    start_sandbox: Callable[..., Sandbox],
    programs: list[Program],
) -> None:
    """With the environment of the unit and of the file of settings that is shipped."""
    port = free_port()
    text = here(unit.read_text(), tmp_path).replace("%i", str(port))
    fields = dict(line.partition("=")[::2] for line in text.splitlines() if "=" in line)
    own = dict(pair.split("=", 1) for pair in fields["Environment"].split())
    filed = (ROOT / "deploy" / "linefinder.env").read_text().splitlines()
    shared = dict(line.split("=", 1) for line in filed if not line.startswith("#"))
    shared |= {"DATABASE_URL": sqlite_in(tmp_path), "REFRESH_TOKEN": "letmein", "REDIS_URL": ""}
    env = fresh_env(**{**start_sandbox().settings(**shared, POLL_SPORTS="nba"), **own})
    systemd = heard_by_systemd(env, tmp_path / "notify")
    commands = [fields[name] for name in ("ExecStartPre", "ExecStart") if name in fields]
    for before in commands[:-1]:
        subprocess.run(shlex.split(before), env=env, cwd=ROOT, check=True, capture_output=True)
    program = Program([], env, tmp_path / "unit.log", f"http://127.0.0.1:{port}", "/api/health")
    program.command = shlex.split(commands[-1])
    programs.append(program)
    if "app.py" in commands[-1]:
        program.start()
        assert program.rest("/api/health").ok
    else:
        program.launch()
        program.await_log("this process polls")
    assert "WatchdogSec" in fields
    assert systemd.recv(64) == BEAT
    assert program.stop() == 0
    systemd.close()
    assert "Stopping." in program.log


def test_a_cluster_that_lacks_servers_says_which(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tests.cluster.lacking", lambda: ["nginx (apt install nginx)"])
    assert make_cluster() == 1
    assert capsys.readouterr().out == (
        "make cluster needs servers that are not installed: nginx (apt install nginx)\n"
    )


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.redis
def test_a_cluster_starts_and_ends_by_ctrl_c(tmp_path: Path, programs: list[Program]) -> None:
    need(not lacking(), f"this machine lacks {', '.join(lacking())}")
    port = free_port()
    cluster = Program(
        ["-m", "tests.cluster"],
        fresh_env(PORT=port),
        tmp_path / "cluster.log",
        f"http://127.0.0.1:{port}",
        "/api/health",
    )
    programs.append(cluster)
    cluster.start(60)
    cluster.await_log("Ctrl-C ends it", 60)
    until(lambda: cluster.rest("/api/odds/nba").json()["version"] >= 1, 20)
    assert cluster.stop(timeout=40) == 0
    (folder,) = re.findall(r"logs are in (\S+)\. ", cluster.log)
    assert not Path(folder).exists()
