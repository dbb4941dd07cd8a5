"""The rooms of the house, who may import whom, and what is wrong with a source folder."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.imports import Module, circles, clocks, imports_of, read_modules, swallowed

# The rooms, from the roof down. The longest name that fits says where a module is.
FLOORS = {
    "app": 9,
    "linefinder.run": 8,  # what app.py does once the driver is patched
    "linefinder.factory": 7,
    "linefinder.scheduling": 6,
    "linefinder.loading": 6,
    "linefinder.processes": 5,  # who polls, and what the others do meanwhile
    "linefinder.cli": 5,
    "linefinder.polling": 4,
    "linefinder.simulate": 4,
    "linefinder.alerts": 4,
    "linefinder.live": 3,
    "linefinder.web": 3,
    "linefinder.wiring": 3,
    "linefinder.parts": 3,
    "linefinder.web.shown": 2,  # what pages say of boards: pure
    "linefinder.provider": 2,
    "linefinder.store": 2,
    "linefinder.serving": 2,
    "linefinder.instance": 2,
    "linefinder.board": 2,
    "linefinder.wire": 2,
    "linefinder.bootstrap": 1,
    "linefinder.config": 1,
    "linefinder.domain": 1,
    "linefinder.envfile": 1,
    "linefinder.extensions": 1,
    "linefinder.logs": 1,
    "linefinder.settings": 1,
}
# Within one floor, who may import whom besides their own room
NEIGHBOURS = {
    ("linefinder.live", "linefinder.wiring"),
    ("linefinder.web", "linefinder.wiring"),
    ("linefinder.wiring", "linefinder.parts"),
    ("linefinder.store", "linefinder.board"),
    ("linefinder.store", "linefinder.wire"),
    ("linefinder.board", "linefinder.wire"),
    ("linefinder.config", "linefinder.domain"),
    ("linefinder.envfile", "linefinder.config"),
    ("linefinder.envfile", "linefinder.domain"),
    ("linefinder.envfile", "linefinder.settings"),
    ("linefinder.logs", "linefinder.config"),
    ("linefinder.config", "linefinder.settings"),
    ("linefinder.settings", "linefinder.domain"),
    ("linefinder.bootstrap", "linefinder.settings"),
}
# The driver is chosen by a setting and must not be imported where it was not chosen
MAY_IMPORT_LATE = {"linefinder.bootstrap"}
ONE_BROAD_EXCEPT = "linefinder.scheduling.jobs"
PURE = {"linefinder.domain", "linefinder.web.shown"}
LIBRARIES = {"linefinder.domain.planner": {"numpy"}, "linefinder.web.shown.filters": {"werkzeug"}}
CLOCK_AND_IO = {"asyncio", "http", "io", "logging", "os", "pathlib", "queue", "shutil", "signal"}
CLOCK_AND_IO |= {
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
}


def room(name: str) -> str | None:
    """The room a module lies in; None where nobody gave it one."""
    fitting = [known for known in FLOORS if f"{name}.".startswith(f"{known}.")]
    return max(fitting, key=len, default=None)


def may_import(source: str, target: str) -> bool:
    """Downstairs, within the room, to a named neighbour; the bare package is a docstring."""
    here, there = room(source), room(target)
    if here is None or there is None:
        return "linefinder" in (source, target)
    return here == there or FLOORS[there] < FLOORS[here] or (here, there) in NEIGHBOURS


def libraries(name: str) -> set[str]:
    """What a module of a pure room may import besides the standard library."""
    fitting = [known for known in LIBRARIES if f"{name}.".startswith(f"{known}.")]
    return LIBRARIES[max(fitting, key=len)] if fitting else set()


def impurities(module: Module, modules: dict[str, Module]) -> list[str]:
    """What does not belong in a pure room: libraries, clocks, input and output."""
    faults = [f"{module.name}:{line} asks a clock" for line in clocks(module)]
    for found in imports_of(module, modules):
        top = found.target.split(".")[0]
        allowed = sys.stdlib_module_names - CLOCK_AND_IO | libraries(module.name)
        if top not in allowed | {"linefinder"}:
            faults.append(f"{module.name}:{found.line} a pure room imports {found.target}")
    return faults


def import_faults(module: Module, modules: dict[str, Module]) -> list[str]:
    """Imports up the house, past it, and inside functions."""
    faults = []
    for found in imports_of(module, modules):
        place = f"{module.name}:{found.line}"
        if found.inside and module.name not in MAY_IMPORT_LATE:
            faults.append(f"{place} imports {found.target} inside a function")
        ours = found.target.split(".")[0] in ("app", "linefinder")
        if ours and not may_import(module.name, found.target):
            faults.append(f"{place} may not import {found.target}")
    return faults


def faults_of(root: Path) -> list[str]:
    """All that is wrong with the house below `root`, one line each."""
    modules = read_modules(root)
    faults: list[str] = []
    edges: dict[str, set[str]] = {}
    for name, module in modules.items():
        if room(name) is None and name != "linefinder":
            faults.append(f"{name} has no floor: name its room in tests/support/house.py")
        faults += import_faults(module, modules)
        if room(name) in PURE:
            faults += impurities(module, modules)
        lines = list(swallowed(module))[1 if name == ONE_BROAD_EXCEPT else 0 :]
        faults += [f"{name}:{line} catches everything" for line in lines]
        edges[name] = {found.target for found in imports_of(module, modules)} & modules.keys()
    return faults + [f"a circle: {' -> '.join(circle)}" for circle in circles(edges)]
