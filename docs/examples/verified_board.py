"""A board kept right over Socket.IO, as a module and as a program.

    python verified_board.py http://127.0.0.1:5000 nba | jq .version

prints the board as a line of JSON whenever it changes. It needs python-socketio and
websocket-client, and follows the client's rule of docs/protocol.md: what is held is the server's
board or nothing. After a lost connection it says what it holds and gets just what it missed. Where
the board wants a token, it takes it from the environment, as DATA_TOKEN.
"""

import json
import os
import sys
import threading
from math import floor
from urllib.parse import urlsplit
from zlib import crc32

import socketio


def merge(target, patch):
    """`target` after a merge patch (RFC 7386): null removes, objects merge, all else replaces."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        merged[key] = merge(merged.get(key), value)
    return {key: value for key, value in merged.items() if value is not None}


def checksum(events):
    """CRC-32 of one row for each line of the board, sorted by code point."""
    rows = [
        f"{event}|{book}|{market}|{outcome}|{thousandths(price)}|{thousandths(point)}"
        for event, about in events.items()
        for book, markets in about["lines"].items()
        for market, outcomes in markets.items()
        for outcome, (price, point) in outcomes.items()
    ]
    return crc32("\n".join(sorted(rows)).encode())


def thousandths(number):
    return "" if number is None else floor(1000 * number + 0.5)


def token():
    """The header that opens a board whose DATA_ACCESS or BOARD_ACCESS asks for one."""
    return (
        {"Authorization": f"Bearer {os.environ['DATA_TOKEN']}"}
        if "DATA_TOKEN" in os.environ
        else {}
    )


def following(board, update):
    """The board after an `odds_update` that follows it."""
    named = {**board["bookmakers"], **update.get("bookmakers", {})}
    events = merge(board["events"], update["patch"])
    told = {name: update[name] for name in ("version", "time", "checksum", "feed")}
    return {**board, **told, "bookmakers": named, "events": events}


class VerifiedBoard:
    """`board` is a sport's board as REST gives it, or None until it is known for certain.
    `changed(board)` is called with each new one."""

    def __init__(self, url, sport, changed):
        self.sport, self.changed, self.board = sport, changed, None
        self.lock = threading.Lock()  # the library calls handlers in threads, also out of order
        # the library would make up an Origin, and only pages have one
        no_origin = {"suppress_origin": True}
        self.socket = socketio.Client(reconnection_delay_max=30, websocket_extra_options=no_origin)
        for name in ("connect", "connect_error", "odds_snapshot", "odds_update", "feed_status"):
            self.socket.on(name, getattr(self, name))
        path = urlsplit(url).path.strip("/") + "/socket.io"
        way = {"transports": ["websocket"], "socketio_path": path, "headers": token()}
        self.socket.connect(url, **way, retry=True)

    def connect(self):
        """Say what is held; the answer is what is missing, or a snapshot."""
        held = {name: self.board[name] for name in ("epoch", "version")} if self.board else {}
        self.socket.emit("subscribe", {"sport": self.sport, **held}, callback=self.answered)

    def connect_error(self, why):
        print(f"no connection, trying again: {why}", file=sys.stderr)

    def answered(self, answer):
        if not answer["ok"]:
            print(answer["error"]["message"], file=sys.stderr)

    def odds_snapshot(self, board):
        with self.lock:
            self.hold(board)

    def odds_update(self, update):
        with self.lock:
            held = self.board
            if not held or held["epoch"] != update["epoch"] or held["version"] < update["from"]:
                self.connect()
            elif held["version"] < update["version"]:
                self.hold(following(held, update))

    def feed_status(self, status):
        where = ("epoch", "version", "checksum")
        for wait in (2, 0):  # an update that was announced may still be on its way
            with self.lock:
                if self.board and all(self.board[name] == status[name] for name in where):
                    return
                if self.board and self.board["version"] > status["version"]:
                    return
            self.socket.sleep(wait)
        self.connect()

    def hold(self, board):
        """Only a board that adds up to its checksum is held."""
        self.board = board if checksum(board["events"]) == board["checksum"] else None
        self.changed(self.board) if self.board else self.connect()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    show = VerifiedBoard(*sys.argv[1:3], lambda board: print(json.dumps(board), flush=True))
    show.socket.wait()
