"""A bad network: a TCP proxy between a client and a server, with faults switched at run time."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

from tests.support.machine import free_port

CHUNK = 16_384
TICK = 0.05


class Proxy:
    """Passes on every connection to the server at `target` (an http URL).

    delay: seconds that each chunk waits; rate: bytes a second in each direction (0 = all there is).
    connections, bytes_up, bytes_down count what passed so far.
    """

    def __init__(self, target: str) -> None:
        split = urlsplit(target)
        self.target = (split.hostname or "127.0.0.1", split.port or 80)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}{split.path}"
        self.delay, self.rate = 0.0, 0
        self.connections = self.bytes_up = self.bytes_down = 0
        self._running = threading.Event()
        self._running.set()
        self._links: set[Link] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.accept()

    def pause(self) -> None:
        """Nothing passes in either direction and no connection breaks: a cable pulled out."""
        self._running.clear()

    def resume(self) -> None:
        """What was held back passes on."""
        self._running.set()

    def cut(self) -> None:
        """Break all connections at once (reset, not closed in peace)."""
        with self._lock:
            links = list(self._links)
        for link in links:
            link.drop()

    def refuse(self) -> None:
        """Refuse new connections, as where no server listens; the old ones live on."""
        if self._listener is not None:
            listener, self._listener = self._listener, None
            self._server.join()  # the system would go on listening as long as accept() waits
            listener.close()

    def accept(self) -> None:
        """Take new connections (again)."""
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port), backlog=1024)
            self._listener.settimeout(TICK)
            self._server = threading.Thread(target=self._serve, args=(self._listener,), daemon=True)
            self._server.start()

    @property
    def open_connections(self) -> int:
        """How many connections stand now."""
        return len(self._links)

    def close(self) -> None:
        """Refuse, cut, and end all threads."""
        self.refuse()
        self.cut()
        self.resume()

    def _serve(self, listener: socket.socket) -> None:
        while listener is self._listener:
            try:
                client, _ = listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(self.target, timeout=20)
        except OSError:
            reset(client)
            return
        link = Link(self, client, server)
        with self._lock:
            self.connections += 1
            self._links.add(link)
        link.start()

    def wait(self) -> None:
        """Return once nothing is paused."""
        while not self._running.wait(1):
            pass

    def count(self, size: int, up: bool) -> None:
        """So many bytes went up (to the server) or down."""
        with self._lock:
            if up:
                self.bytes_up += size
            else:
                self.bytes_down += size

    def forget(self, link: Link) -> None:
        """This connection is over."""
        with self._lock:
            self._links.discard(link)


class Link:
    """One connection through the proxy: a pump for each direction."""

    def __init__(self, proxy: Proxy, client: socket.socket, server: socket.socket) -> None:
        self.proxy, self.client, self.server = proxy, client, server
        self._pumping = 2
        self._dropped = False
        self._lock = threading.Lock()

    def start(self) -> None:
        """Let it flow."""
        for ends in ((self.client, self.server, True), (self.server, self.client, False)):
            ends[0].settimeout(None)
            threading.Thread(target=self._pump, args=ends, daemon=True).start()

    def drop(self) -> None:
        """Reset both ends; a pump that waits for one of them wakes up and ends."""
        self._dropped = True
        reset(self.client)
        reset(self.server)
        self.proxy.forget(self)

    def _pump(self, source: socket.socket, sink: socket.socket, up: bool) -> None:
        try:
            while data := self._receive(source):
                time.sleep(self.proxy.delay)
                sink.sendall(data)
                self.proxy.count(len(data), up)
                if self.proxy.rate:
                    time.sleep(len(data) / self.proxy.rate)
            if not self._dropped:  # else an orderly end could overtake the reset
                sink.shutdown(socket.SHUT_WR)  # half closed: the other direction may still flow
        except OSError:
            self.drop()
        self._end()

    def _receive(self, source: socket.socket) -> bytes:
        """The next bytes; a paused proxy neither reads nor gives what it has just read."""
        self.proxy.wait()
        rate = self.proxy.rate
        data = source.recv(min(CHUNK, max(1, int(rate * TICK))) if rate else CHUNK)
        self.proxy.wait()
        return data

    def _end(self) -> None:
        with self._lock:
            self._pumping -= 1
            over = self._pumping == 0
        if over:
            self.client.close()
            self.server.close()
            self.proxy.forget(self)


def reset(end: socket.socket) -> None:
    """Make the peer see a reset instead of an orderly end."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        end.shutdown(socket.SHUT_RD)  # wakes a recv(); close() alone would leave it waiting
    end.close()
