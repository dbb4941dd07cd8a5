"""A gate before a server that lets some paths through: what a strict network does to WebSockets."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

from tests.support.machine import free_port

REFUSED = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ENDS = b"\r\n\r\n"


class Gate:
    """Passes requests to the server at `port`, one a connection, so that each path can be judged.

    shut: refuse paths. swallow: take the request and never answer. A shut gate also cuts what passes.
    """

    def __init__(self, port: int) -> None:
        self.target, self.port = port, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._shut: tuple[str, ...] = ()
        self._swallowed: tuple[str, ...] = ()
        self._answered: list[tuple[str, int]] = []
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=128)

    def __enter__(self) -> Gate:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in [self._listener, *self._ends]:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def shut(self, *paths: str) -> None:
        """Refuse these beginnings of paths from now on."""
        self._shut = paths

    def swallow(self, *paths: str) -> None:
        """Take requests for these and answer nothing."""
        self._swallowed = paths

    def open(self) -> None:
        """Everything passes."""
        self._shut = self._swallowed = ()

    def statuses(self, path: str) -> list[int]:
        """With what the requests for such paths were answered so far."""
        return [status for asked, status in list(self._answered) if asked.startswith(path)]

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._ends.add(client)
                threading.Thread(target=self._judge, args=(client,), daemon=True).start()

    def _judge(self, client: socket.socket) -> None:
        with suppress(OSError):
            head = b""
            while ENDS not in head:
                more = client.recv(16_384)
                if not more:
                    return client.close()
                head += more
            path = head.split(b" ", 2)[1].decode()
            if path.startswith(self._shut):
                client.sendall(REFUSED)
                client.close()
            elif not path.startswith(self._swallowed):
                self._pass_on(client, head, path)

    def _pass_on(self, client: socket.socket, head: bytes, path: str) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=20)
        except OSError:
            return client.close()
        server.settimeout(None)
        self._ends.add(server)
        if b"upgrade: websocket" not in head.lower():
            head = head.replace(b"Connection: keep-alive", b"Connection: close", 1)
        server.sendall(head)
        threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
        first = server.recv(16_384)
        self._answered.append((path, int(first.split(b" ", 2)[1])) if first else (path, 0))
        client.sendall(first)
        self._pump(server, client)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(16_384):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
