"""Telling systemd that this process is alive, where a unit asks for that (WatchdogSec=): what hangs is
killed and started anew. https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from contextlib import suppress

BEAT = b"WATCHDOG=1"


def start_beating(env: Mapping[str, str]) -> None:
    """Tell it from now on, three times in the time within which it wants to hear. In a thread of its
    own, which waits for nobody: a database that hangs is no reason to kill who shows boards."""
    path, within = env.get("NOTIFY_SOCKET", ""), env.get("WATCHDOG_USEC", "")
    if path and within.isdecimal() and int(within):
        every = int(within) / 3e6
        threading.Thread(target=_beat, args=(path, every), name="watchdog", daemon=True).start()


def _beat(path: str, every: float) -> None:
    address = f"\0{path[1:]}" if path.startswith("@") else path
    while True:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.connect(address)
            notify.send(BEAT)
        time.sleep(every)
