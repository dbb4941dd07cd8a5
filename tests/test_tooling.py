"""The two commands: what `make` does on a bare machine, on a second run, and after an accident."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.recordings import ROOT

TARGETS = {"help", "run", "setup", "test", "quick", "check", "bench", "test-long", "pins", "clean"}
TARGETS |= {"audit", "chaos", "cluster", "screenshots"}
# A Python of any version whose `-m venv` makes a .venv with itself as its Python, and whose pip says
# in a file what it was asked for; `broken` makes it fail as an interrupted download would.
FAKE_PYTHON = """#!/bin/sh
case "$1 $2" in
  "-c "*) echo "{version} at $0"; exit {code} ;;
  "-m venv") rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; echo venv >> did ;;
  "-m pip") [ "$3" = --version ] && exit; echo "pip $*" >> did; [ ! -e broken ] ;;
  *) echo "ran $*" ;;
esac
"""


class Clone:
    """A fresh clone on a machine with make, a shell and the Pythons that `add_python` puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.bin = folder / "clone", folder / "bin"
        self.folder.mkdir()
        self.bin.mkdir()
        for name in ("Makefile", "requirements.txt", "requirements-dev.txt"):
            shutil.copy(ROOT / name, self.folder)
        for name in ("make", "sh", "awk", "cmp", "cp", "rm", "mkdir", "find", "cat"):
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def add_python(self, version: str, name: str = "python3") -> Path:
        """A Python of that version on the PATH."""
        suitable = (3, 11) <= tuple(map(int, version.split(".")[:2])) <= (3, 14)
        path = self.bin / name
        path.write_text(FAKE_PYTHON.format(version=version, code=0 if suitable else 1))
        path.chmod(0o755)
        return path

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`make ARGUMENTS`, with nothing but this machine's programs."""
        return subprocess.run(
            [shutil.which("make") or "make", *arguments],
            cwd=self.folder,
            env={"PATH": str(self.bin)},
            capture_output=True,
            text=True,
            timeout=30,
        )

    def did(self) -> list[str]:
        """What was made and installed since the last question."""
        diary = self.folder / "did"
        lines = diary.read_text().splitlines() if diary.exists() else []
        diary.unlink(missing_ok=True)
        return [re.sub(r"^pip .*?-r ", "pip -r ", line) for line in lines]


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    """A fresh clone without any Python; where the folders lie must not matter, so they have a space."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    return Clone(folder)


def test_make_alone_prints_every_target_in_one_line(clone: Clone) -> None:
    lines = clone.make().stdout.splitlines()
    assert {line.split()[1] for line in lines} == TARGETS
    assert all(len(line) < 120 for line in lines)


def test_make_run_installs_once_and_starts(clone: Clone) -> None:
    clone.add_python("3.12.4")
    assert clone.make("run").stdout.splitlines()[-1] == "ran app.py"
    assert clone.did() == ["venv", "pip -r requirements.txt"]
    assert clone.make("run").stdout == "ran app.py\n"
    assert clone.did() == []


def test_make_setup_brings_the_database_up_to_date_and_starts_nothing(clone: Clone) -> None:
    clone.add_python("3.11.0")
    said = clone.make("setup").stdout
    assert said.endswith("ran -m flask --app app db upgrade\n")
    assert "app.py" not in said


def test_an_interrupted_install_is_done_again(clone: Clone) -> None:
    clone.add_python("3.11.0")
    (clone.folder / "broken").touch()
    assert clone.make("run").returncode != 0
    (clone.folder / "broken").unlink()
    clone.did()
    assert clone.make("run").returncode == 0
    assert clone.did() == ["pip -r requirements.txt"]


def test_a_venv_that_was_left_half_made_is_made_anew(clone: Clone) -> None:
    clone.add_python("3.11.0")
    (clone.folder / ".venv/bin").mkdir(parents=True)
    (clone.folder / ".venv/bin/python").symlink_to("/nowhere/python3")
    assert clone.make("run").returncode == 0
    assert clone.did() == ["venv", "pip -r requirements.txt"]


def test_changed_requirements_are_installed(clone: Clone) -> None:
    clone.add_python("3.11.0")
    clone.make("run")
    clone.did()
    with (clone.folder / "requirements.txt").open("a") as file:
        file.write("one-more==1.0\n")
    assert clone.make("run").returncode == 0
    assert clone.did() == ["pip -r requirements.txt"]


def test_make_test_installs_the_test_tools_as_well(clone: Clone) -> None:
    clone.add_python("3.11.0")
    assert (
        clone.make("test").stdout.splitlines()[-1]
        == "ran -m pytest -p xdist -n 3 --dist loadfile --no-loadscope-reorder -m not long"
    )
    both = "pip -r requirements.txt -r requirements-dev.txt"
    assert clone.did() == ["venv", "pip -r requirements.txt", both]
    clone.make("test")
    assert clone.did() == []


def test_the_long_forms_run_by_two_but_for_those_that_measure(clone: Clone) -> None:
    clone.add_python("3.11.0")
    by_two = "-p xdist -n 2 --dist loadfile --no-loadscope-reorder"
    assert clone.make("test-long").stdout.splitlines()[-2:] == [
        f"ran -m pytest {by_two} -m long --ignore tests/chaos",
        "ran -m pytest -m long tests/chaos",
    ]


@pytest.mark.parametrize(
    ("version", "arguments", "found"),
    [
        ("3.10.13", [], "3.10.13 at .*/python3"),
        ("2.7.18", [], "2.7.18 at .*/python3"),
        ("3.15.0", [], "3.15.0 at .*/python3"),
        (None, [], "none"),
        ("3.12.4", ["PYTHON=python9"], "none at python9"),
    ],
)
def test_an_unsuitable_python_is_one_clear_line(
    clone: Clone, version: str | None, arguments: list[str], found: str
) -> None:
    if version:
        clone.add_python(version)
    ended = clone.make("run", *arguments)
    assert ended.returncode != 0
    line = rf"LineFinder needs Python 3\.11 to 3\.14; found {found}\."
    assert re.fullmatch(rf"Makefile:\d+: \*\*\* {line}  Stop\.\n", ended.stderr)
    assert (ended.stdout, clone.did()) == ("", [])


def test_the_newest_suitable_python_is_taken(clone: Clone) -> None:
    clone.add_python("3.10.1", "python3")
    clone.add_python("3.12.4", "python3.12")
    clone.add_python("3.13.1", "python3.13")
    clone.make("run")
    assert "3.13.1" in (clone.folder / ".venv/bin/python").read_text()


def test_the_python_that_is_named_wins(clone: Clone) -> None:
    clone.add_python("3.13.1", "python3.13")
    named = clone.add_python("3.11.9", "my python")
    assert clone.make("run", f"PYTHON={named}").returncode == 0
    assert "3.11.9" in (clone.folder / ".venv/bin/python").read_text()


def test_make_clean_leaves_the_database(clone: Clone) -> None:
    clone.add_python("3.11.0")
    clone.make("run")
    for name in ("instance/board.db", "linefinder/__pycache__/x.pyc", ".pytest_cache/x"):
        (clone.folder / name).parent.mkdir(parents=True)
        (clone.folder / name).touch()
    assert clone.make("clean").returncode == 0
    kept = {path.name for path in clone.folder.iterdir()} - {"did"}
    assert kept == {
        "Makefile",
        "requirements.txt",
        "requirements-dev.txt",
        "instance",
        "linefinder",
    }
    assert (clone.folder / "instance/board.db").exists()
