"""The house stands: a file imports only from lower floors, or from its own room."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from tests.support import limits
from tests.support.house import FLOORS, faults_of, room
from tests.support.imports import Module, imports_of, read_modules
from tests.support.limits import size_faults
from tests.support.recordings import ROOT


@cache
def modules() -> dict[str, Module]:
    return read_modules(ROOT)


def test_the_house_stands() -> None:
    assert faults_of(ROOT) == []


def test_every_room_of_the_table_is_there() -> None:
    assert set(FLOORS) <= {room(name) for name in modules()}


def test_the_door_imports_bootstrap_before_anything_else() -> None:
    targets = [found.target for found in imports_of(modules()["app"], modules())]
    ours = [target for target in targets if target.split(".")[0] not in sys.stdlib_module_names]
    assert ours[0] == "linefinder.bootstrap"


PLANTED = {
    "an upward import": (
        "polling/poll.py",
        "from linefinder.scheduling import jobs",
        "may not import linefinder.scheduling",
    ),
    "an upward import of a name": (
        "store/read.py",
        "from linefinder.web.api import odds",
        "may not import linefinder.web",
    ),
    "a relative upward import": (
        "store/read.py",
        "from ..polling import poll",
        "linefinder.polling",
    ),
    "an upward import for type checkers": (
        "wire.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import linefinder.live.rooms",
        "may not import linefinder.live",
    ),
    "a way to the room next door": (
        "provider/client.py",
        "from linefinder.store import read",
        "may not import linefinder.store",
    ),
    "an import inside a function": ("wire.py", "def f():\n    import json", "inside a function"),
    "an import by name inside a function": (
        "wire.py",
        "import importlib\ndef f():\n    importlib.import_module('json')",
        "imports json inside a function",
    ),
    "a library in the domain": (
        "domain/odds.py",
        "import requests",
        "a pure room imports requests",
    ),
    "output in the domain": ("domain/odds.py", "import socket", "a pure room imports socket"),
    "a request in what pages say": (
        "web/shown/cells.py",
        "from flask import request",
        "a pure room imports flask",
    ),
    "a clock in the domain": (
        "domain/odds.py",
        "import datetime\nNOW = datetime.datetime.now()",
        "odds:2 asks a clock",
    ),
    "a broad except": (
        "polling/poll.py",
        "try:\n    1\nexcept Exception:\n    pass",
        "catches everything",
    ),
    "a bare except": ("polling/poll.py", "try:\n    1\nexcept:\n    pass", "catches everything"),
    "a broad except among others": (
        "polling/poll.py",
        "try:\n    1\nexcept (OSError, BaseException):\n    pass",
        "catches everything",
    ),
    "a second broad except in jobs.py": (
        "scheduling/jobs.py",
        "try:\n    1\nexcept Exception:\n    2\ntry:\n    3\nexcept Exception:\n    4",
        "jobs:7 catches everything",
    ),
    "a circle within a room": (
        "domain/odds.py",
        "from linefinder.domain import price",
        "a circle: linefinder.domain.odds -> linefinder.domain.price -> linefinder.domain.odds",
    ),
    "a module without a floor": ("helpers.py", "", "linefinder.helpers has no floor"),
}


@pytest.mark.parametrize(("path", "text", "fault"), PLANTED.values(), ids=PLANTED)
def test_a_planted_fault_is_found(path: str, text: str, fault: str, tmp_path: Path) -> None:
    plant(tmp_path, {path: text})
    found = faults_of(tmp_path)
    assert len(found) == 1
    assert fault in found[0]


ALLOWED = {
    "a cleanup that raises on": "try:\n    1\nexcept BaseException:\n    2\n    raise",
    "downstairs": "from linefinder.domain.odds import Board",
    "next door, where the table names it": "from linefinder import wire",
    "its own room, also by dots": "from . import models",
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_what_is_allowed_is_not_a_fault(text: str, tmp_path: Path) -> None:
    plant(tmp_path, {"store/read.py": text})
    assert faults_of(tmp_path) == []


def test_nothing_is_larger_than_the_house_allows_but_what_is_listed() -> None:
    assert size_faults(ROOT) == []


LARGE = {
    "a long file": ("x = 1\n" * 201, "linefinder.fat is longer than 200 lines"),
    "a long method": (
        "class Fat:\n    def eat(self):\n" + "        x = 1\n" * 30,
        "linefinder.fat.Fat.eat is longer than 30 lines",
    ),
    "a long function in a function": (
        "def f():\n    def g():\n" + "        x = 1\n" * 30,
        "linefinder.fat.f.g is longer than 30 lines",
    ),
    "five parameters": (
        "def f(self, a, b, /, c, *, d=1, e): pass",
        "linefinder.fat.f takes more than 4 parameters",
    ),
}


@pytest.mark.parametrize(("text", "fault"), LARGE.values(), ids=LARGE)
def test_what_is_too_large_is_found(
    text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_listed(monkeypatch)
    plant(tmp_path, {"fat.py": text})
    assert fault in size_faults(tmp_path)


def test_what_is_just_small_enough_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_listed(monkeypatch)
    function = "def f(self, a, b, c, *rest, d, **more):\n" + "    x = 1\n" * 29
    plant(tmp_path, {"fit.py": function + "x = 1\n" * 170})
    assert size_faults(tmp_path) == []


def test_what_was_cut_is_struck_off_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nothing_listed(monkeypatch)
    monkeypatch.setattr(limits, "LONG_FILES", {"linefinder.scheduling.jobs"})
    plant(tmp_path, {})
    assert len(size_faults(tmp_path)) == 1
    assert "linefinder.scheduling.jobs no longer is longer" in size_faults(tmp_path)[0]


def nothing_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LONG_FILES", "LONG_FUNCTIONS", "MANY_PARAMETERS"):
        monkeypatch.setattr(limits, name, set())


def plant(root: Path, files: dict[str, str]) -> None:
    """A small house below `root` with these files in it."""
    house = {
        "__init__.py": "",
        "domain/odds.py": "",
        "domain/price.py": "from linefinder.domain import odds",
        "scheduling/jobs.py": "",
        "store/models.py": "",
    }
    for name, text in (house | files).items():
        path = root / "linefinder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
