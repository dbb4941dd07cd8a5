"""A board kept right over server-sent events, where WebSockets are blocked or too much.

    python board_by_events.py http://127.0.0.1:5000 nba | jq .version

prints the board as a line of JSON whenever it changes. It needs requests.
"""

import json
import random
import sys
import time

import requests
from verified_board import checksum, following, token


def messages(lines):
    """(name, message) of each event."""
    name = ""
    for line in lines:
        field, _, value = line.decode().partition(": ")
        if field == "event":
            name = value
        elif field == "data":
            yield name, json.loads(value)


def boards(url, sport):
    """Each new board of a sport, for ever. It resumes where the last connection ended."""
    board, wait = None, 1
    while True:
        held = {"Last-Event-ID": f"{board['epoch']}-{board['version']}"} if board else {}
        held |= token()
        try:
            # no word for 45 s: the connection is dead
            with requests.get(
                f"{url}/api/stream/{sport}", headers=held, stream=True, timeout=45
            ) as answer:
                answer.raise_for_status()
                for name, message in messages(answer.iter_lines(chunk_size=None)):
                    wait = 1
                    if name not in ("odds_snapshot", "odds_update"):
                        continue
                    board = message if name == "odds_snapshot" else following(board, message)
                    if checksum(board["events"]) != board["checksum"]:
                        board = None  # this must never happen: ask for a whole one
                        break
                    yield board
        except requests.RequestException as error:
            print(error, file=sys.stderr)
        time.sleep(random.uniform(0, wait))
        wait = min(2 * wait, 30)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for each in boards(*sys.argv[1:3]):
        print(json.dumps(each), flush=True)
