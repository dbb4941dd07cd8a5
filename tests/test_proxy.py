"""The harness itself: a network that fails on demand."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.support.machine import free_port
from tests.support.proxy import Proxy
from tests.support.waiting import until


@pytest.fixture
def echo() -> Iterator[str]:
    """The URL of a server that sends back what it gets."""
    listener = socket.create_server(("127.0.0.1", free_port()))
    threading.Thread(target=_echo, args=(listener,), daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def _echo(listener: socket.socket) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_echo_one, args=(connection,), daemon=True).start()


def _echo_one(connection: socket.socket) -> None:
    with connection:
        try:
            while data := connection.recv(65536):
                connection.sendall(data)
        except OSError:
            return


@pytest.fixture
def through(
    echo: str, put_between: Callable[[str], Proxy]
) -> Iterator[tuple[Proxy, socket.socket]]:
    """A proxy, and a connection through it to the echo."""
    proxy = put_between(echo)
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as end:
        yield proxy, end


Through = tuple[Proxy, socket.socket]


def test_a_proxy_passes_on_and_counts(through: Through) -> None:
    proxy, end = through
    end.sendall(b"x" * 100_000)
    assert len(_read(end, 100_000)) == 100_000
    until(lambda: proxy.bytes_down == 100_000)
    assert (proxy.connections, proxy.bytes_up) == (1, 100_000)
    end.shutdown(socket.SHUT_WR)
    assert end.recv(1) == b""
    until(lambda: proxy.open_connections == 0)


def test_a_paused_proxy_holds_everything_back(through: Through) -> None:
    proxy, end = through
    end.sendall(b"before")
    assert _read(end, 6) == b"before"
    proxy.pause()
    end.sendall(b"after")
    end.settimeout(0.2)
    with pytest.raises(TimeoutError):
        end.recv(1)
    proxy.resume()
    end.settimeout(5)
    assert _read(end, 5) == b"after"


def test_a_cut_connection_is_reset(through: Through) -> None:
    proxy, end = through
    end.sendall(b"x")
    _read(end, 1)
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        end.recv(1)


def test_a_proxy_that_refuses_keeps_what_stands(through: Through) -> None:
    proxy, end = through
    end.sendall(b"x")
    _read(end, 1)
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", proxy.port), timeout=5)
    end.sendall(b"y")
    assert _read(end, 1) == b"y"


def test_a_slow_proxy_takes_its_time(through: Through) -> None:
    proxy, end = through
    proxy.delay = 0.1
    started = time.monotonic()
    end.sendall(b"x")
    _read(end, 1)
    assert time.monotonic() - started >= 0.2  # up and down
    proxy.delay, proxy.rate = 0.0, 50_000
    started = time.monotonic()
    end.sendall(b"x" * 20_000)
    _read(end, 20_000)
    assert time.monotonic() - started >= 0.3


def _read(end: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        data += end.recv(65536)
    return data
