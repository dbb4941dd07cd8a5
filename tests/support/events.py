"""A client of server-sent events that reads when the test says so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import requests

from tests.support.process import Program


class Event(NamedTuple):
    """One event: its name, its id (empty where it has none), its JSON."""

    name: str
    id: str
    body: Any


class EventStream:
    """An open answer of `text/event-stream`: `next()` reads one event, `names(n)` the next n."""

    def __init__(self, answer: requests.Response) -> None:
        self.answer = answer
        self._events = events_of(answer.iter_lines(chunk_size=1))

    def next(self) -> Event:
        """The next event; requests' ReadTimeout or ConnectionError where none comes."""
        return next(self._events)

    def up_to(self, name: str) -> list[Event]:
        """All events up to the first of that name, that one included."""
        heard = [self.next()]
        while heard[-1].name != name:
            heard.append(self.next())
        return heard

    def rest(self) -> list[Event]:
        """All events to the end of the stream."""
        return list(self._events)

    def close(self) -> None:
        """Go without a word."""
        self.answer.close()


def events_of(lines: Iterator[bytes]) -> Iterator[Event]:
    """The events of a stream as the standard has them; blocks without data are none."""
    fields: dict[str, str] = {}
    for line in lines:
        if line:
            name, _, value = line.decode().partition(": ")
            fields[name] = value
        elif "data" in fields:
            yield Event(fields["event"], fields.get("id", ""), json.loads(fields["data"]))
            fields = {}
        else:
            fields = {}


def listen(server: Program, sport: str = "nba", after: str = "", **options: Any) -> EventStream:
    """Hear a sport; `after` is the id to go on from."""
    headers = {"Last-Event-ID": after} if after else {}
    answer = server.rest(f"/api/stream/{sport}", stream=True, headers=headers, **options)
    assert answer.status_code == 200, answer.text
    return EventStream(answer)
