"""Answers of the provider become odds: real ones, odd ones and hostile ones."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linefinder import wire
from linefinder.domain.checksum import checksum
from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.odds import LIMIT, Odds, each_line
from linefinder.provider.normalise import Seen, normalise
from tests.support.judge import checksum_of, read_by_hand
from tests.support.recordings import Recordings, recordings_folder

STAMP = "2026-11-23T20:59:41Z"


def outcome(name: str = "Boston Celtics", price: Any = -110, **more: Any) -> dict[str, Any]:
    return {"name": name, "price": price, **more}


def market(*outcomes: Any, key: str = "h2h", **more: Any) -> dict[str, Any]:
    return {"key": key, "last_update": STAMP, "outcomes": list(outcomes), **more}


def book(*markets: Any, key: str = "draftkings", **more: Any) -> dict[str, Any]:
    titled = {"key": key, "title": key.title(), "last_update": STAMP}
    return {**titled, "markets": list(markets), **more}


def event(*books: Any, key: str = "e1", **more: Any) -> dict[str, Any]:
    return {
        "id": key,
        "sport_key": "basketball_nba",
        "sport_title": "NBA",
        "commence_time": "2026-11-24T00:10:00Z",
        "home_team": "Boston Celtics",
        "away_team": "Miami Heat",
        "bookmakers": list(books),
        **more,
    }


def take(*events: Any) -> Odds:
    """What an answer of these events says."""
    return normalise(json.dumps(events).encode())


GOOD = event(book(market(outcome())), key="good")
GOOD_LINES = {"draftkings": {"h2h": {"Boston Celtics": (-110, None)}}}


def the_rest_goes_on(*hostile: Any) -> Odds:
    """The odds of an answer where a good event stands beside what is hostile."""
    odds = take(*hostile, GOOD)
    assert odds.events["good"]["lines"] == GOOD_LINES
    return odds


# -- real answers -------------------------------------------------------------------------


def answers() -> list[str]:
    """The recorded answers of `/odds` by name; one that says so where they are missing."""
    names = sorted(path.stem for path in recordings_folder().glob("responses/*.json"))
    return [name for name in names if not name.startswith("v4_sports")] or ["missing"]


@pytest.mark.parametrize("name", answers())
def test_every_recorded_answer_is_taken_whole(name: str, recordings: Recordings) -> None:
    answer = recordings.responses()[name]
    odds = normalise(json.dumps(answer).encode())
    assert odds.left_out == ()
    assert list(odds.events) == list(dict.fromkeys(event["id"] for event in answer))
    assert board_of(odds) == read_by_hand(answer)


@pytest.mark.parametrize("name", answers())
def test_every_recorded_answer_keeps_the_form_of_a_board(name: str, recordings: Recordings) -> None:
    odds = normalise(json.dumps(recordings.responses()[name]).encode())
    board = json.loads(wire.encode(odds.events))
    for one in board.values():
        assert set(one) <= {"home", "away", "starts_at", "lines"}
        assert None not in one.values()
        assert all(markets and all(markets.values()) for markets in one["lines"].values())
    assert checksum(odds.events) == checksum_of(board)
    books = {book for one in board.values() for book in one["lines"]}
    assert books <= set(odds.bookmakers)


def test_a_whole_recording_is_taken_without_a_word(recordings: Recordings) -> None:
    for number, poll in enumerate(recordings.polls("wnba-2026-07")):
        odds = normalise(json.dumps(poll.odds).encode())
        assert odds.left_out == ()
        assert board_of(odds) == read_by_hand(poll.odds)
        if number == 40:
            break


def board_of(odds: Odds) -> Any:
    return json.loads(wire.encode(odds.events))


def test_a_refusal_is_no_list_of_events(recordings: Recordings) -> None:
    for body in recordings.errors().values():
        with pytest.raises(BrokenAnswer):
            normalise(body)


@pytest.mark.slow
def test_what_was_seen_before_changes_nothing_but_the_time_it_takes(
    recordings: Recordings,
) -> None:
    seen = Seen()
    for poll in list(recordings.polls("worldcup-2026-06"))[:60]:
        body = json.dumps(poll.odds).encode()
        assert normalise(body, seen) == normalise(body)


def test_a_market_that_comes_again_is_the_same_object() -> None:
    seen = Seen()
    body = json.dumps([event(book(market(outcome())))]).encode()
    first, again = (normalise(body, seen).events["e1"]["lines"] for _ in range(2))
    assert first["draftkings"]["h2h"] is again["draftkings"]["h2h"]
    normalise(b"[]", seen)
    assert (
        normalise(body, seen).events["e1"]["lines"]["draftkings"]["h2h"]
        is not first["draftkings"]["h2h"]
    )


def test_the_same_outcomes_are_named_by_their_market() -> None:
    offered = outcome("Over", -110, point=221.5)
    seen = Seen()
    odds = normalise(
        json.dumps(
            [event(book(market(offered, key="totals"), market(offered, key="alternate_totals")))]
        ).encode(),
        seen,
    )
    lines = odds.events["e1"]["lines"]["draftkings"]
    assert lines == {
        "totals": {"Over": (-110, 221.5)},
        "alternate_totals": {"Over / 221.5": (-110, 221.5)},
    }


def test_a_line_out_of_range_is_told_each_time() -> None:
    seen = Seen()
    body = json.dumps([event(book(market(outcome(price=10**7))))]).encode()
    assert [len(normalise(body, seen).left_out) for _ in range(2)] == [1, 1]


# -- odd answers --------------------------------------------------------------------------


def test_an_empty_answer_is_an_empty_board() -> None:
    assert take() == Odds({}, {}, {})


def test_an_event_without_bookmakers_has_no_lines() -> None:
    assert take(event()).events["e1"]["lines"] == {}


def test_empty_markets_and_bookmakers_are_no_part_of_a_board() -> None:
    odds = take(event(book(market()), book(key="fd"), book(market(outcome()), key="mgm")))
    assert set(odds.events["e1"]["lines"]) == {"mgm"}


def test_a_bookmaker_without_lines_is_not_named_and_has_no_age() -> None:
    """What is not on the board is not in the database: after a restart it would be gone."""
    odds = take(event(book(market()), book(key="fd"), book(market(outcome()), key="mgm")))
    assert set(odds.bookmakers) == {"mgm"}
    assert set(odds.confirmed) == {"mgm"}


def test_teams_of_an_outright_are_left_out() -> None:
    odds = take(event(book(market(outcome(), key="outrights")), home_team=None, away_team=None))
    assert set(odds.events["e1"]) == {"starts_at", "lines"}
    without = event()
    del without["home_team"], without["away_team"]
    assert set(take(without).events["e1"]) == {"starts_at", "lines"}


def test_among_duplicates_the_first_counts() -> None:
    twice = market(outcome(price=-110), outcome(price=-120))
    odds = take(
        event(
            book(twice, market(outcome(price=-130))),
            book(market(outcome(price=-140), key="totals")),
        ),
        event(book(market(outcome(price=-150)))),
    )
    assert odds.events["e1"]["lines"] == GOOD_LINES


def test_points_of_featured_markets_are_values() -> None:
    odds = take(event(book(market(outcome("Over", -110, point=221.5), key="totals"))))
    assert odds.events["e1"]["lines"]["draftkings"] == {"totals": {"Over": (-110, 221.5)}}


@pytest.mark.parametrize(
    ("offered", "name"),
    [
        (
            {"name": "Over", "description": "LeBron James", "point": 25.0},
            "Over / LeBron James / 25",
        ),
        ({"name": "Over", "description": "LeBron James", "point": 25}, "Over / LeBron James / 25"),
        ({"name": "Over", "point": 25.5}, "Over / 25.5"),
        ({"name": "Over", "point": 0.125}, "Over / 0.125"),
        ({"name": "Over", "point": -0.0}, "Over / 0"),
        ({"name": "Over", "point": -6.25}, "Over / -6.25"),
        ({"name": "Over", "point": 1_000_000.0}, "Over / 1000000"),
        ({"name": "Yes", "description": "LeBron James"}, "Yes / LeBron James"),
        ({"name": "Yes", "description": ""}, "Yes"),
        ({"name": "Yes", "description": None, "point": None}, "Yes"),
    ],
)
def test_points_of_other_markets_are_part_of_the_name(offered: Any, name: str) -> None:
    props = market({**offered, "price": -110}, key="player_points")
    assert list(take(event(book(props))).events["e1"]["lines"]["draftkings"]["player_points"]) == [
        name
    ]


def test_what_is_in_no_table_of_ours_passes() -> None:
    strange = market(outcome(multiplier=2), key="h2h_q9_3_way", sid="1", limits=[1, {"a": None}])
    odds = take(event(book(strange, key="newbook", link="https://x"), weather="rain"))
    assert odds.left_out == ()
    assert set(odds.events["e1"]["lines"]["newbook"]) == {"h2h_q9_3_way"}


def test_the_oldest_stamp_of_a_bookmaker_confirms_it() -> None:
    old, new = "2026-11-23T20:50:00Z", "2026-11-23T20:59:00Z"
    spreads = market(outcome(), key="spreads", last_update=old)
    odds = take(event(book(market(outcome(), last_update=new), spreads)))
    assert odds.confirmed == {"draftkings": datetime(2026, 11, 23, 20, 50, tzinfo=UTC)}


def test_an_older_answer_stamps_the_bookmaker_alone() -> None:
    bare = market(outcome())
    del bare["last_update"]
    assert take(event(book(bare))).confirmed == {
        "draftkings": datetime(2026, 11, 23, 20, 59, 41, tzinfo=UTC)
    }
    unstamped = book(bare)
    del unstamped["last_update"]
    assert take(event(unstamped)).confirmed == {}


def test_a_bookmaker_without_a_title_goes_by_its_key() -> None:
    untitled = book(market(outcome()))
    del untitled["title"]
    assert take(event(untitled)).bookmakers == {"draftkings": "draftkings"}


def test_starts_are_written_to_the_second_in_utc() -> None:
    odds = take(event(commence_time="2026-11-24T02:10:00.999+02:00"))
    assert odds.events["e1"]["starts_at"] == "2026-11-24T00:10:00Z"


# -- hostile answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"{}",
        b"7",
        b'"[]"',
        b"[",
        b"[]]",
        b"[{}",
        b"<html>502 Bad Gateway</html>",
        b"\xff\xfe",
        b"\xef\xbb\xbf[]",
        b"[" * 100_000,
        b'[{"id":' * 50_000,
        b"[NaN]",
        b"[Infinity]",
        b'{"message": "no", "error_code": "INVALID_KEY"}',
    ],
)
def test_a_body_that_is_no_list_of_events_is_a_broken_answer(body: bytes) -> None:
    with pytest.raises(BrokenAnswer):
        normalise(body)


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        None,
        [],
        {},
        event() | {"id": None},
        event() | {"id": 7},
        event() | {"id": ""},
        event() | {"id": "x" * 100_000},
        event() | {"id": "a\0b"},
        event() | {"home_team": "a\0b"},
        event() | {"commence_time": "soon"},
        event() | {"commence_time": "2026-11-24T00:10:00"},
        event() | {"commence_time": 1_700_000_000},
        event() | {"commence_time": "0001-01-01T00:00:00Z"},
        event() | {"commence_time": "0001-01-01T00:00:00+14:00"},
        event() | {"commence_time": "9999-12-31T23:59:59-14:00"},
        event() | {"bookmakers": None},
        event() | {"bookmakers": {}},
        event(7),
        event(book() | {"key": 7}),
        event(book() | {"markets": "h2h"}),
        event(book() | {"title": "x" * 100_000}),
        event(book() | {"last_update": "never"}),
        event(book(market() | {"key": "k" * 100_000})),
        event(book(market() | {"outcomes": [7]})),
        event(book(market(outcome("n" * 100_000)))),
        event(book(market(outcome("")))),
        event(book(market(outcome(price="-110")))),
        event(book(market(outcome(price=None)))),
        event(book(market(outcome(price=True)))),
        event(book(market(outcome(point="6.5")))),
        event(book(market(outcome(point=[])))),
        event(book(market(outcome(description="d" * 100_000)))),
    ],
)
def test_a_malformed_event_is_left_out_and_reported(wrong: Any) -> None:
    odds = the_rest_goes_on(wrong)
    assert list(odds.events) == ["good"]
    assert len(odds.left_out) == 1
    assert len(odds.left_out[0]) < 300


@pytest.mark.parametrize("number", [1_000_001, -1_000_001, 1.1e6, 1e308, -1e308, 10**18, 10**30])
def test_a_line_beyond_the_limit_is_left_out_alone(number: float) -> None:
    assert abs(number) > LIMIT
    wrong = event(book(market(outcome("A", number), outcome("B"))), key="e1")
    odds = the_rest_goes_on(wrong)
    assert set(odds.events["e1"]["lines"]["draftkings"]["h2h"]) == {"B"}
    assert len(odds.left_out) == 1
    wrong = event(book(market(outcome("A", 1, point=number), outcome("B"), key="totals")))
    assert set(the_rest_goes_on(wrong).events["e1"]["lines"]["draftkings"]["totals"]) == {"B"}


@pytest.mark.parametrize("key", ["h2h", "alternate_totals"])
@pytest.mark.parametrize("number", ["1" + "0" * 400, "1e400", "-1e999", "9" * 5000])
def test_a_number_that_no_machine_holds_costs_its_event_at_most(number: str, key: str) -> None:
    wrong = event(book(market(outcome("A", 1, point=12345), key=key)))
    body = json.dumps([wrong, GOOD]).replace("12345", number).encode()
    odds = normalise(body)
    assert odds.events["good"]["lines"] == GOOD_LINES
    assert len(odds.left_out) == 1


def test_unknown_parts_may_be_nested_deeply() -> None:
    deep = json.dumps(event(weather=12345)).replace("12345", "[" * 500 + "]" * 500)
    odds = normalise(f"[{deep},{json.dumps(GOOD)}]".encode())
    assert set(odds.events) >= {"good"}


def test_an_impossible_stamp_confirms_nothing() -> None:
    """It could be stored, and never read again."""
    for stamp in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        odds = the_rest_goes_on(event(book(market(outcome(), last_update=stamp), key="fd")))
        assert "fd" not in odds.confirmed


def test_two_that_share_a_point_are_one_line() -> None:
    zero = [outcome("Over", -110, point=0), outcome("Over", -120, point=-0.0)]
    odds = take(event(book(market(*zero, key="alternate_totals"))))
    assert odds.events["e1"]["lines"]["draftkings"]["alternate_totals"] == {"Over / 0": (-110, 0)}


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["h2h", STAMP, "e1", "\0", "\ud800", "x" * 300]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "commence_time", "bookmakers", "key", "markets", "outcomes"])
            | st.sampled_from(["name", "price", "point", "title", "last_update", "home_team"]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


@given(JSON)
def test_whatever_json_comes_nothing_else_is_raised(value: Any) -> None:
    try_it(json.dumps(value).encode())


@given(st.binary(max_size=200))
@example(b'["\\ud800"]')
@example(b'[{"id": "\\ud800"}]')
def test_whatever_bytes_come_nothing_else_is_raised(body: bytes) -> None:
    try_it(body)


@given(st.data())
def test_an_event_with_one_wrong_part_never_hurts_the_others(data: st.DataObject) -> None:
    wrong = event(book(market(outcome(point=1.5), key="totals"), market(outcome())), key="wrong")
    place = data.draw(st.sampled_from(list(places(wrong))))
    put(wrong, place, data.draw(JSON))
    body = json.dumps([wrong, GOOD])
    if "NaN" in body or "Infinity" in body or "\\ud8" in body:
        return try_it(body.encode())  # that is no JSON at all
    assert normalise(body.encode()).events["good"]["lines"] == GOOD_LINES
    return None


def try_it(body: bytes) -> None:
    """The law of a hostile answer: odds that can be stored and sent, or BrokenAnswer."""
    try:
        odds = normalise(body)
    except BrokenAnswer:
        return
    wire.encode(odds.events)
    checksum(odds.events)
    for key, (price, point) in each_line(odds.events):
        assert all(name and "\0" not in name for name in key)
        assert abs(price) <= LIMIT
        assert abs(point or 0) <= LIMIT


def places(value: Any, path: tuple[Any, ...] = ()) -> Any:
    """The paths of all parts of a JSON value but itself."""
    listed = range(len(value)) if isinstance(value, list) else ()
    keys = value.keys() if isinstance(value, dict) else listed
    for key in keys:
        yield (*path, key)
        yield from places(value[key], (*path, key))


def put(value: Any, path: tuple[Any, ...], part: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = part
