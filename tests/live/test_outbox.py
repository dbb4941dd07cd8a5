"""The outbox of one client: in order, whole, bounded, and never waiting for whoever is slow."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as some

from linefinder.live.frames import GOODBYE, Frames
from linefinder.live.outbox import Delivery, Outbox
from tests.support.waiting import until

Work = Callable[[], None]


class Client:
    """A client with small buffers; `spawned` runs its drainers when the test says so."""

    def __init__(self, limit: int = 100_000, patience: float = 5.0) -> None:
        self.ours, self.theirs = socket.socketpair()
        self.ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)  # the system's least: 4.5 KB
        self.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
        self.ours.setblocking(False)
        self.spawned: list[Work] = []
        self.delivery = Delivery(limit, patience)
        self.delivery.spawn = self.spawned.append
        self.outbox = Outbox(self.delivery)

    def attach(self, deflates: bool = False) -> Outbox:
        self.outbox.attach(self.ours, deflates)
        return self.outbox

    def read_all(self) -> bytes:
        """All that comes until nothing waits any more, read in small bites."""
        threads = [threading.Thread(target=work) for work in self.spawned]
        self.spawned.clear()
        for thread in threads:
            thread.start()
        read = b""
        self.theirs.settimeout(0.05)
        while True:
            try:
                bite = self.theirs.recv(700)
            except TimeoutError:
                if not any(thread.is_alive() for thread in threads):
                    return read
                continue
            if not bite:
                return read
            read += bite

    def close(self) -> None:
        self.outbox.abort()
        self.ours.close()
        self.theirs.close()


@pytest.fixture
def client() -> Iterator[Client]:
    made = Client()
    yield made
    made.close()


def numbered(number: int, size: int) -> Frames:
    return Frames(f"{number}:" + "x" * size)


@given(some.lists(some.integers(0, 9000), max_size=12), some.integers(0, 12), some.booleans())
def test_all_arrives_whole_and_in_order_whatever_the_socket_takes(
    sizes: list[int], before: int, deflates: bool
) -> None:
    client = Client()
    frames = [numbered(number, size) for number, size in enumerate(sizes)]
    for each in frames[:before]:  # what is said before the handshake is through is plain
        client.outbox.push(each)
    outbox = client.attach(deflates)
    for each in frames[before:]:
        outbox.push(each)
    later = [(each.deflated or each.deflate()) if deflates else each.plain for each in frames]
    expected = b"".join([each.plain for each in frames[:before]] + later[before:])
    assert client.read_all() == expected
    assert outbox.size == 0
    client.close()


def test_a_write_never_waits_and_one_greenlet_sees_to_the_rest(client: Client) -> None:
    outbox = client.attach()
    for number in range(10):
        outbox.push(numbered(number, 5000))  # would hang here where it waited
    assert len(client.spawned) == 1
    assert outbox.size > 20_000


def test_nothing_overtakes_a_frame_that_is_half_sent(client: Client) -> None:
    outbox = client.attach()
    outbox.push(numbered(1, 20_000))
    outbox.push_frame(b"\x8a\x00")  # a pong of the WebSocket itself
    outbox.push(Frames("2"))
    read = client.read_all()
    assert read == numbered(1, 20_000).plain + b"\x8a\x00" + Frames("2").plain


def test_who_falls_behind_loses_updates_and_is_given_the_board() -> None:
    client = Client(limit=30_000)
    owed: list[str] = []

    def make_up(outbox: Outbox, sport: str) -> None:
        owed.append(sport)
        outbox.lost -= {sport}
        outbox.push(Frames(f"the board of {sport}"), sport)

    client.delivery.make_up = make_up
    outbox = client.attach()
    for number in range(50):
        outbox.push(numbered(number, 5000), "nba")
        outbox.push(Frames(f"answer {number}"))
        assert outbox.size <= 30_000 + 5100
    outbox.push(Frames("of another sport"), "nfl")
    read = client.read_all()
    answers = [read.index(f"answer {number}".encode()) for number in range(50)]
    assert answers == sorted(answers), "what no board makes up for is kept, in order"
    assert read.startswith(numbered(0, 5000).plain), "what was begun is finished"
    assert numbered(49, 5000).plain not in read
    assert read.endswith(Frames("the board of nba").plain)
    assert b"of another sport" in read
    assert owed == ["nba"]
    assert client.delivery.tally.conflated == 1
    assert client.delivery.tally.dropped >= 40
    outbox.push(numbered(50, 10), "nba")
    assert client.read_all() == numbered(50, 10).plain
    client.close()


def test_who_takes_nothing_is_hung_up_on() -> None:
    client = Client(patience=0.05)
    outbox = client.attach()
    outbox.push(numbered(1, 90_000))
    client.spawned.pop()()
    assert outbox.ended
    assert (outbox.size, client.delivery.tally.stalled) == (0, 1)
    client.close()


def test_a_board_larger_than_the_limit_is_sent_and_what_follows_may_wait() -> None:
    client = Client(limit=10_000)
    outbox = client.attach()
    said = [(numbered(1, 50_000), "nba"), (numbered(2, 300), "nba"), (numbered(3, 300), None)]
    for frames, sport in said:
        outbox.push(frames, sport)
    assert client.read_all() == b"".join(frames.plain for frames, _ in said)
    assert not client.delivery.tally.dropped
    client.close()


def test_an_answer_takes_the_place_of_updates() -> None:
    client = Client(limit=10_000)
    outbox = client.attach()
    for number in range(3):
        outbox.push(numbered(number, 5000), "nba")
    client.delivery.make_up = lambda outbox, sport: setattr(outbox, "lost", outbox.lost - {sport})
    outbox.push(numbered(9, 9000))
    assert not outbox.ended
    assert client.read_all() == numbered(0, 5000).plain + numbered(9, 9000).plain
    client.close()


def test_who_lets_answers_pile_up_is_hung_up_on() -> None:
    client = Client(limit=20_000)
    outbox = client.attach()
    for number in range(20):
        outbox.push(numbered(number, 5000))
        assert outbox.size <= 20_000 + 5100
    assert outbox.ended
    client.close()


def test_a_vanished_client_is_no_trouble(client: Client) -> None:
    outbox = client.attach()
    client.theirs.close()
    for number in range(3):
        outbox.push(numbered(number, 10))
    assert outbox.ended


def test_the_end_comes_after_what_waits(client: Client) -> None:
    outbox = client.attach()
    outbox.push(numbered(1, 20_000))
    outbox.put(None)
    outbox.push(Frames("too late"))
    assert client.read_all() == numbered(1, 20_000).plain + GOODBYE
    until(lambda: client.theirs.recv(1) == b"", what="the connection is closed")
