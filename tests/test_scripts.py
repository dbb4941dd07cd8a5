"""The scripts' rooms: imports go down, and what is pure knows neither page nor clock nor network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from posixpath import normpath

import pytest

from tests.support.imports import circles

JS = Path(__file__).resolve().parents[1] / "static/js"
FLOORS = {
    "the pages": 6,
    "finder": 5,
    "bets": 5,
    "widgets": 4,
    "news": 3,
    "browser": 2,
    "shown": 1,
    "domain": 0,
}
PURE = ["domain", "shown"]
IMPORT = re.compile(r'(?:\bfrom\s+|\bimport\(\s*|^import\s+)"(\.[^"]+)"', re.MULTILINE)
IMPURE = re.compile(
    r"\b(document|window|location|navigator|localStorage|sessionStorage|fetch|performance|Date\.now|"
    r"new Date\(\)|setTimeout|setInterval|requestAnimationFrame|matchMedia|Math\.random)\b"
)


def room(path: str) -> str:
    """Where a script lies; those that begin a page lie in no folder."""
    return path.partition("/")[0] if "/" in path else "the pages"


def imports() -> Iterator[tuple[str, str]]:
    """Who imports whom."""
    for file in sorted(JS.rglob("*.js")):
        name = file.relative_to(JS).as_posix()
        for target in IMPORT.findall(file.read_text()):
            yield name, normpath(f"{name}/../{target}")


def code(path: Path) -> str:
    """A script without its comments and texts."""
    return re.sub(r'//.*|/\*.*?\*/|"[^"\n]*"', "", path.read_text(), flags=re.DOTALL | re.ASCII)


def test_every_script_lies_in_a_room() -> None:
    assert {room(path.relative_to(JS).as_posix()) for path in JS.rglob("*.js")} == set(FLOORS)


def test_imports_go_down_the_house() -> None:
    between = [(a, b) for a, b in imports() if not b.startswith("../") and room(a) != room(b)]
    assert [f"{a} -> {b}" for a, b in between if FLOORS[room(b)] >= FLOORS[room(a)]] == []


def test_nothing_imports_in_a_circle() -> None:
    edges: dict[str, set[str]] = {}
    for a, b in imports():
        edges.setdefault(a, set()).add(b)
    assert circles(edges) == []


def test_what_is_imported_is_there() -> None:
    assert [f"{a} -> {b}" for a, b in imports() if not (JS / b).is_file()] == []


@pytest.mark.parametrize("name", PURE)
def test_a_pure_room_knows_neither_page_nor_clock_nor_network(name: str) -> None:
    found = {path.name: IMPURE.findall(code(path)) for path in (JS / name).glob("*.js")}
    assert {script: words for script, words in found.items() if words} == {}
