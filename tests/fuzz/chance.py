"""Inputs by chance, from a seed: what is right, with parts of it made wrong in all ways we know."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

from tests.support.upstream import odds_of

LONG = 10**5
NASTY = [
    "null",
    "true",
    "[]",
    "{}",
    '""',
    '"\\u0000"',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    "NaN",
    "-Infinity",
    "1e308",
    "-1e308",
    "1e309",
    "1e-320",
    "-0",
    "-0.0",
    "1.0",
    "9007199254740993",
    "18446744073709551616",
    "-1",
    "1" * 400,
    '"-110"',
    "[[[[]]]]",
    '"\\u202e\\u2066evil\\u2069"',
    '"\\ufeff"',
    '"a|b"',
    '"a / b"',
    '"=1+1"',
    '"__proto__"',
    '"\\uD83C\\uDFC0"',
    '"2026-02-30T00:00:00Z"',
    '"0001-01-01T00:00:00+23:59"',
    '"9999-12-31T23:59:59-23:59"',
    '"2026-11-24T00:10:00"',
    '"2026-11-24T24:00:00Z"',
    '"1970-01-01T00:00:00Z"',
    "-221.5",
    "0.1234567890123",
]
RARE = [
    f'"{"x" * LONG}"',
    "[" * LONG,
    '{"a":' * 5000,
    '"' + r"\u202e" * 20_000 + '"',
    "[" * LONG + "]" * LONG,
]
RIGHT = [
    odds_of(),
    odds_of(-7.5, key="e2", books=("a|b", "betmgm")),
    {**odds_of(key="e3"), "home_team": None, "away_team": None, "bookmakers": []},
]
PROPS = {
    "key": "player_points",
    "outcomes": [{"name": "Over", "description": "A B", "price": 1, "point": 25.0}],
}
ONE = {"bookmakers": [{"key": "draftkings", "title": "DraftKings", "markets": [PROPS]}]}
SCORE = {
    "id": "e1",
    "completed": False,
    "home_team": "Boston Celtics",
    "away_team": "Miami Heat",
    "scores": [{"name": "Boston Celtics", "score": "88"}, {"name": "Miami Heat", "score": "9"}],
    "last_update": "2026-11-23T20:59:30Z",
}
PACKETS = [
    '21["subscribe",{"sport":"nba","epoch":"9f2c41d0","version":1}]',
    '2["unsubscribe",{"sport":"nba"}]',
    '27["subscribe",{"sport":"nba","epoch":null,"version":1.0}]',
    '2["subscribe_alerts",{"id":"' + "a" * 40 + '"}]',
    '23["subscribe"]',
    '2["subscribe",{"sport":"americanfootball_nfl"},{}]',
    '2["",{}]',
    "0",
    "1",
    '4{"a":1}',
    '51-["subscribe",{"_placeholder":true,"num":0}]',
    '2/other,["subscribe",{"sport":"nba"}]',
]
BODIES = [
    '{"enabled":true}',
    '{"sports":["nba"],"mode":"fixed"}',
    '{"kind":"move","sport":"nba","points":1}',
    '{"kind":"target","sport":"nba","market":"h2h","outcome":"Miami Heat","price":-110}',
    '{"url":"https://example.com/x"}',
    '{"quiet":{"from":"23:00","to":"07:30","zone":"UTC"}}',
    '{"endpoint":"https://example.com/p","keys":{"p256dh":"x","auth":"y"}}',
    "nba",
    "e1",
    "2026-11-23T21:00:05Z",
    "market=h2h&bookmaker=draftkings&outcome=Over&format=csv",
    "9f2c41d0-1",
    "/nba",
]


def provided(chance: random.Random) -> bytes:
    """An answer of /odds."""
    events = chance.choices(RIGHT, k=chance.choice((1, 1, 1, 2, 3)))
    if chance.random() < 0.3:
        events = json.loads(json.dumps(events))
        for event in events:
            if event["bookmakers"]:
                event["bookmakers"][0]["markets"].append(PROPS)
    return spoilt(json.dumps(events), chance)


def beside(chance: random.Random) -> bytes:
    """An answer of /scores, or of one event."""
    return spoilt(json.dumps(chance.choice(([SCORE, SCORE], {**RIGHT[0], **ONE}))), chance)


def subscribed(chance: random.Random) -> bytes:
    return spoilt(chance.choice(PACKETS), chance)


def asked(chance: random.Random) -> bytes:
    head = bytes((chance.randrange(256), chance.randrange(256)))
    return head + spoilt(chance.choice(BODIES), chance)


MAKE: dict[str, Callable[[random.Random], bytes]] = {
    "provided": provided,
    "beside": beside,
    "subscribed": subscribed,
    "asked": asked,
}


def spoilt(text: str, chance: random.Random) -> bytes:
    """A text of JSON with up to three faults: another value, a key twice, or other bytes."""
    for _ in range(chance.choice((0, 1, 1, 1, 2, 3))):
        text = chance.choice((_another_value, _another_value, _a_key_twice, _cut))(text, chance)
    data = text.encode("utf-8", "surrogatepass")
    for _ in range(chance.choice((0, 0, 0, 1, 4))):
        place = chance.randrange(len(data) + 1)
        data = data[:place] + chance.choice(BYTES) + data[place + chance.randrange(3) :]
    return data


BYTES = [
    b"\0",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xe2\x80\xae",
    b'"',
    b"[",
    b"]",
    b"{",
    b"}",
    b",",
    b":",
    b"\\",
    b"\n",
    b"%",
    b"9",
]


def _another_value(text: str, chance: random.Random) -> str:
    """One value, wherever it ends, is another."""
    ends = [at for at, char in enumerate(text) if char in ",]}"]
    if not ends:
        return text
    end = chance.choice(ends)
    start = max(text.rfind(char, 0, end) for char in ":[,") + 1
    nasty = chance.choice(RARE) if chance.random() < 0.003 else chance.choice(NASTY)
    return text[:start] + nasty + text[end:]


def _a_key_twice(text: str, chance: random.Random) -> str:
    opens = [at for at, char in enumerate(text) if char == "{"]
    keys = ("id", "key", "name", "price", "point", "sport", "version", "outcomes", "enabled", "x")
    if not opens:
        return text
    at = chance.choice(opens) + 1
    return f'{text[:at]}"{chance.choice(keys)}":{chance.choice(NASTY)},{text[at:]}'


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def inputs(name: str, seed: int, count: int) -> Iterator[bytes]:
    """So many inputs for a target, the same for the same seed."""
    chance, make = random.Random(seed), MAKE[name]
    for _ in range(count):
        yield make(chance)


def some(name: str) -> Any:
    """Inputs to begin with, for a fuzzer that goes its own ways."""
    return list(inputs(name, 1, 300))
