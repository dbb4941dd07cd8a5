"""A server to be measured, steered by lines on standard input: `python -m tests.bench._hall direct`.
A second argument is how often it pings, in seconds.

`direct` and `stock` are LineFinder with that FANOUT; `floor` is a loop of send() and nothing else.
`tell N GAP` tells N updates with a gap in between and answers with the CPU they took; `go SECONDS GAP`
goes on as a server does, with what is done each second and an update now and then; `look` answers with
the memory; each as a line of JSON.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from linefinder.bootstrap import native, prepare

MODE = sys.argv[1] if len(sys.argv) > 1 else "floor"
DRIVER = "threading" if MODE == "floor" else prepare(serving=True)

from linefinder.factory import create_app  # noqa: E402
from linefinder.live.frames import Frames, negotiated  # noqa: E402
from linefinder.serving.garbage import collect_seldom  # noqa: E402
from linefinder.serving.server import Driver, listen, raise_file_limit  # noqa: E402
from linefinder.wire import SocketJson  # noqa: E402
from tests.bench._season import SPORT, Season  # noqa: E402

SETTINGS = {
    "ODDS_API_KEY": "none",
    "WS_MAX_CONNECTIONS": "12000",
    "WS_PING_INTERVAL_SECONDS": sys.argv[2] if len(sys.argv) > 2 else "3600",
}


class Board:
    """LineFinder, with the season for a poller."""

    def __init__(self, listener: socket.socket) -> None:
        app = create_app({**SETTINGS, "FANOUT": MODE}, async_mode=DRIVER, instance_path="/nowhere")
        wiring = app.extensions["linefinder"]
        raise_file_limit(wiring.config)
        self._teller, self.season = wiring.teller, Season(wiring.boards)
        self.delivery = wiring.delivery
        self.driver = Driver(DRIVER)
        self.driver.serve(listener, app, 12_000)
        self.sleep: Callable[[float], None] = self.driver.sleep

    def tell(self) -> None:
        with self.season.boards.lock:
            update = self.season.move()
            self._teller.update(SPORT, update)

    def go(self, seconds: int, gap: int) -> dict[str, Any]:
        """CPU seconds of so many seconds, of which each `gap`th brings an update."""
        before, spent = time.process_time(), 0.0
        for second in range(seconds):
            self._teller.tick()
            if second % gap == gap - 1:
                self.tell()
                spent += self.season.spent  # making them up is no work of the server's
            self.sleep(1)
        return {"cpu": time.process_time() - before - spent}


class Floor:
    """Handshakes by hand, and a send() for each socket."""

    def __init__(self, listener: socket.socket) -> None:
        self.season, self.sleep = Season(), time.sleep
        self.delivery = None
        self._sockets: list[tuple[socket.socket, bool]] = []
        self._listener = listener
        threading.Thread(target=self._accept, daemon=True).start()

    def tell(self) -> None:
        frames = Frames("42" + self._text("odds_update", self.season.message(self.season.move())))
        frames.deflate()
        for sock, deflates in self._sockets:
            sock.send(frames.deflated if deflates else frames.plain)

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            request = b""
            while b"\r\n\r\n" not in request:
                request += sock.recv(4096)
            offer = request.decode().partition("Extensions: ")[2].partition("\r\n")[0]
            agreed = negotiated(offer)
            extension = f"Sec-WebSocket-Extensions: {agreed}\r\n" if agreed else ""
            sock.sendall(f"HTTP/1.1 101 Switching Protocols\r\n{extension}\r\n".encode())
            version = self.season.boards.stream(SPORT).board.version
            board = self._text("odds_snapshot", {"sport": SPORT, "version": version})
            for text in ('0{"sid":""}', '40{"sid":""}', f"42{board}", '430[{"ok":true}]'):
                sock.sendall(Frames(text).plain)
            self._sockets.append((sock, bool(agreed)))

    @staticmethod
    def _text(name: str, body: dict[str, Any]) -> str:
        return SocketJson.dumps([name, body])


def resident() -> int:
    """Bytes of memory that this process holds."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def answer(**body: Any) -> None:
    print(json.dumps(body), flush=True)


def tell(hall: Any, times: int, gap: float) -> dict[str, Any]:
    """CPU seconds of telling each update, aftermath included, and when each began (monotonic)."""
    cpu, began = [], []
    for _ in range(times):
        began.append(time.monotonic())
        before = time.process_time()
        hall.tell()
        hall.sleep(gap)
        cpu.append(time.process_time() - before - hall.season.spent)
    return {"cpu": cpu, "began": began}


def main() -> None:
    listener = listen("127.0.0.1", 0)
    hall: Any = Floor(listener) if MODE == "floor" else Board(listener)
    collect_seldom()
    answer(port=listener.getsockname()[1], memory=resident(), spent=time.process_time())
    read = native(DRIVER)
    while line := read(sys.stdin.readline):
        word, *more = line.split()
        if word == "tell":
            answer(**tell(hall, int(more[0]), float(more[1])))
        elif word == "go":
            answer(**hall.go(int(more[0]), int(more[1])))
        elif word == "look":
            tally = hall.delivery.tally if hall.delivery else None
            times = (tally.holds.counts, tally.lags.counts) if tally else (None, None)
            answer(memory=resident(), spent=time.process_time(), holds=times[0], lags=times[1])


if __name__ == "__main__":
    main()
