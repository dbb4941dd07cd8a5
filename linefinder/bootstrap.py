"""The first import of app.py: picks the async driver and patches before anything else is imported.

`requests` imported before the patch ends in an SSL RecursionError, and without the patch what a poll
emits from its thread never arrives. Only the server is patched; commands run on plain threads.
"""

import os
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

OLDEST = (3, 11)
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def prepare(serving: bool) -> str:
    """Patch for the driver that ASYNC_MODE names, and give its name; `threading` for commands."""
    if sys.version_info < OLDEST:
        found = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(f"LineFinder needs Python 3.11 to 3.14; this is {found}.")
    mode = _wanted() if serving else "threading"
    if mode == "eventlet":
        # the default wait of psycopg blocks the whole process under eventlet
        os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")
        # said to whoever chooses a driver for something new; docs/decisions has our answer
        warnings.filterwarnings("ignore", module="eventlet", category=Warning)
        warnings.filterwarnings("ignore", message="\\s*Eventlet is deprecated")
        import_module("eventlet").monkey_patch()
        import_module("eventlet.wsgi")
    elif mode == "gevent":
        _patch_gevent()
    return mode


def native(mode: str) -> Callable[..., Any]:
    """native(mode)(work, *args) runs work in a thread of the system, so that arithmetic of a second
    does not keep every viewer waiting; what it is given nobody else may change meanwhile."""
    if mode == "eventlet":
        run: Callable[..., Any] = import_module("eventlet.tpool").execute
        return run
    if mode == "gevent":
        return lambda work, *args: import_module("gevent").get_hub().threadpool.apply(work, args)
    return lambda work, *args: work(*args)


def _patch_gevent() -> None:
    try:
        monkey = import_module("gevent.monkey")
    except ImportError:
        sys.exit("ASYNC_MODE=gevent needs gevent: .venv/bin/pip install gevent")
    monkey.patch_all()
    for name in ("gevent.pool", "gevent.pywsgi"):
        import_module(name)


def _wanted() -> str:
    """ASYNC_MODE of the environment or the .env file, whose other lines are read later."""
    value = os.environ.get("ASYNC_MODE") or _from_file() or "eventlet"
    return value.strip().strip("\"'").lower()


def _from_file() -> str:
    path = os.environ.get("LINEFINDER_ENV_FILE", os.path.join(ROOT, ".env"))
    try:
        with open(path, encoding="utf-8-sig", errors="replace") as lines:
            pairs = [line.partition("=") for line in lines]
    except OSError:
        return ""
    return "".join(value for name, _, value in pairs if name.strip() == "ASYNC_MODE")
