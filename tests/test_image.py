"""deploy/Dockerfile: read as a builder reads it, and its commands run where no builder is to be had."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.support.machine import free_port, fresh_env
from tests.support.need import need
from tests.support.recordings import ROOT
from tests.support.waiting import until

TEXT = (ROOT / "deploy/Dockerfile").read_text()
LINES = [line for line in TEXT.replace("\\\n", "").splitlines() if line and line[0] != "#"]
STEPS = [(line.split()[0], line.partition(" ")[2].strip()) for line in LINES]
KNOWN = {"FROM", "ENV", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
ALONE = ["--inh-caps=-all", "--bounding-set=-all", "--no-new-privs"]


def of(kind: str) -> list[str]:
    """The arguments of all instructions of a kind."""
    return [rest for name, rest in STEPS if name == kind]


def env() -> dict[str, str]:
    """What ENV sets, but for the PATH: `python` and `flask` are those of the packages."""
    found = dict(pair.split("=") for rest in of("ENV") for pair in rest.split())
    assert found.pop("PATH") == f"{of('WORKDIR')[0]}/.venv/bin:$PATH"
    return found


def health_command() -> list[str]:
    command: list[str] = json.loads(re.sub(r".*CMD ", "", of("HEALTHCHECK")[0]))
    return command


def test_every_instruction_is_one_and_what_is_copied_is_there() -> None:
    assert STEPS[0][0] == "FROM"
    assert {name for name, _ in STEPS} == KNOWN
    sent = (ROOT / "deploy/Dockerfile.dockerignore").read_text().splitlines()
    for rest in of("COPY"):
        *sources, _ = rest.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            assert f"!{source}" in sent
    assert sent[1] == "*", "nothing else is sent: no .env, no instance, no .git"


def test_the_script_that_tries_the_image_is_one() -> None:
    """It needs a builder of images, so here only that it can be read and is explained."""
    script = ROOT / "deploy/try-image.sh"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", script], capture_output=True).stderr == b""
    assert "deploy/try-image.sh" in (ROOT / "docs/operations.md").read_text()


def test_the_base_is_a_python_that_linefinder_runs_on() -> None:
    (base,) = of("FROM")
    found = re.fullmatch(r"python:3\.(\d+)-slim", base)
    assert found
    assert 11 <= int(found[1]) <= 14


def test_it_runs_as_nobody_keeps_one_volume_and_says_how_it_is() -> None:
    assert of("USER") == ["10001:10001"]
    after = STEPS[[name for name, _ in STEPS].index("USER") :]
    assert not {name for name, _ in after} & {"RUN", "COPY"}
    assert of("VOLUME") == [f"{of('WORKDIR')[0]}/instance"]
    assert of("EXPOSE") == [env()["PORT"]]
    assert len(of("HEALTHCHECK")) == len(of("CMD")) == 1


def build(folder: Path, python: str | None) -> Path:
    """What the instructions before USER make; without packages where no Python is given."""
    app = folder / "app"
    app.mkdir(mode=0o755)
    for name, rest in STEPS:
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(
                    ROOT / source,
                    app / target / Path(source).name if target[-1] == "/" else app / target,
                )
        elif name == "RUN" and "venv" in rest and python is None:
            continue
        elif name == "RUN":
            command = rest.replace("python3 -m venv", f"{python} -m venv").replace(
                "10001:10001", "65534:65534"
            )
            if os.geteuid() != 0:
                command = command.partition(" && chown")[0]
            done = subprocess.run(["sh", "-euc", command], cwd=app, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
    return app


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


@contextmanager
def running(app: Path, before: list[str], python: str, **more: str) -> Iterator[dict[str, str]]:
    """CMD, as the container runs it; gives its environment."""
    settings = {
        **env(),
        "PORT": str(free_port()),
        "PUBLIC_REFRESH": "true",
        "HOME": "/nonexistent",
        **more,
    }
    settings = {**fresh_env(), **settings}
    del settings["LINEFINDER_ENV_FILE"]
    (command,) = map(json.loads, of("CMD"))
    log = (app.parent / "log").open("wb")
    program = subprocess.Popen(
        [*before, python, *command[1:]], cwd=app, env=settings, stdout=log, stderr=log
    )
    url = f"http://127.0.0.1:{settings['PORT']}/api/health"
    try:
        until(lambda: _answers(url), 60, f"{url} answers (see {log.name})")
        yield settings
    finally:
        program.terminate()
        assert program.wait(20) == 0
        log.close()
        said = (app.parent / "log").read_text()
        assert "Traceback" not in said, said


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def check(app: Path, before: list[str], python: str) -> None:
    """The server runs in a folder that it can't write, keeps all in instance/, and is found healthy."""
    with running(app, before, python) as settings:
        well = subprocess.run(
            [*before, python, *health_command()[1:]], cwd=app, env=settings, capture_output=True
        )
        assert well.returncode == 0, well.stdout
        assert json.loads(well.stdout)["ok"] is True
        kept = sorted(path.name for path in (app / "instance").iterdir())
        assert {"demo.db", "secret_key"} <= set(kept)
    settings["PORT"] = str(free_port())
    ill = subprocess.run(
        [python, *health_command()[1:]], cwd=app, env=settings, capture_output=True
    )
    assert ill.returncode == 1


@pytest.mark.slow
def test_the_server_needs_no_capability_and_writes_only_its_volume(tmp_path: Path) -> None:
    app = build(tmp_path, None)
    before = []
    if os.geteuid() == 0:
        before = [need(shutil.which("setpriv"), "there is no setpriv (util-linux)"), *ALONE]
        os.chown(app / "instance", 0, 0)
    for path in [app, *app.rglob("*")]:
        if path.is_dir() and path != app / "instance":
            path.chmod(0o555)
    try:
        check(app, before, sys.executable)
    finally:
        for path in [app, *app.rglob("*")]:
            if path.is_dir():
                path.chmod(0o755)


@pytest.mark.root
@pytest.mark.long
def test_the_images_own_commands_make_a_server_that_another_user_runs() -> None:
    """As the builder does it: a venv by a Python that everybody may run, and pip from the index."""
    need(os.geteuid() == 0 or None, "another user can be had by root alone")
    names = [f"/usr/bin/python3.{minor}" for minor in (14, 13, 12, 11)]
    python = need(next(filter(os.path.exists, names), None), "no Python 3.11 to 3.14 in /usr/bin")
    as_nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *ALONE]
    with tempfile.TemporaryDirectory() as folder:  # not below pytest's, which is root's alone
        Path(folder).chmod(0o755)
        app = build(Path(folder), python)
        check(app, as_nobody, str(app / ".venv/bin/python"))
        owners = {path.stat().st_uid for path in (app / "instance").iterdir()}
        assert owners == {65534}
