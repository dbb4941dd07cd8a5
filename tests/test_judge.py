"""The judge is right about boards: examples of RFC 7386 and of protocol.md, and the client's rule."""

from __future__ import annotations

import zlib
from typing import Any

import pytest

from tests.support.judge import HeldBoard, Verdict, checksum_of, merge
from tests.support.standin import SPORT, board, status, update

BOSTON: dict[str, Any] = {
    "a1": {
        "home": "Boston Celtics",
        "away": "Miami Heat",
        "starts_at": "2026-11-24T00:10:00Z",
        "lines": {
            "draftkings": {
                "h2h": {"Boston Celtics": [-220, None], "Miami Heat": [180, None]},
                "spreads": {"Boston Celtics": [-110, -6.5], "Miami Heat": [-110, 6.5]},
                "totals": {"Over": [-110, 221.5], "Under": [-110, 221.5]},
            }
        },
    }
}
BOSTON_ROWS = (
    "a1|draftkings|h2h|Boston Celtics|-220000|\n"
    "a1|draftkings|h2h|Miami Heat|180000|\n"
    "a1|draftkings|spreads|Boston Celtics|-110000|-6500\n"
    "a1|draftkings|spreads|Miami Heat|-110000|6500\n"
    "a1|draftkings|totals|Over|-110000|221500\n"
    "a1|draftkings|totals|Under|-110000|221500"
)
TO_185 = {"a1": {"lines": {"draftkings": {"h2h": {"Miami Heat": [185, None]}}}}}

# The table of RFC 7386, appendix A: original, patch, result
RFC_7386 = [
    ({"a": "b"}, {"a": "c"}, {"a": "c"}),
    ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
    ({"a": "b"}, {"a": None}, {}),
    ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
    ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
    ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
    ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
    ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
    (["a", "b"], ["c", "d"], ["c", "d"]),
    ({"a": "b"}, ["c"], ["c"]),
    ({"a": "foo"}, None, None),
    ({"a": "foo"}, "bar", "bar"),
    ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
    ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
    ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
]


@pytest.mark.parametrize(("original", "patch", "result"), RFC_7386)
def test_a_merge_follows_the_rfc(original: Any, patch: Any, result: Any) -> None:
    assert merge(original, patch) == result


def test_a_merge_leaves_the_original_as_it_was() -> None:
    merged = merge(BOSTON, TO_185)
    merged["a1"]["lines"]["draftkings"]["spreads"].clear()
    assert checksum_of(BOSTON) == zlib.crc32(BOSTON_ROWS.encode())


def test_the_checksum_is_the_crc_of_the_sorted_rows() -> None:
    assert checksum_of(BOSTON) == zlib.crc32(BOSTON_ROWS.encode())


def test_the_empty_board_has_checksum_zero() -> None:
    assert checksum_of({}) == 0
    assert checksum_of({"a1": {"lines": {}}}) == 0


@pytest.mark.parametrize(
    ("line", "row"),
    [
        ([1.0, None], "1000|"),
        ([1, -0.0], "1000|0"),
        ([-0.0005, 0.25], "0|250"),
        ([2.0005, -2.75], "2001|-2750"),
        ([-110, 25.0], "-110000|25000"),
    ],
)
def test_numbers_are_equal_by_value_in_thousandths(line: list[float | None], row: str) -> None:
    events = {"e": {"lines": {"b": {"m": {"o": line}}}}}
    assert checksum_of(events) == zlib.crc32(f"e|b|m|o|{row}".encode())


def test_rows_are_sorted_by_code_point() -> None:
    names = ["Z", "a", "é", "\uffee", "\U0001f3c0"]  # UTF-16 would put the last before the fourth
    events = {"e": {"lines": {"b": {"m": {name: [1, None] for name in reversed(names)}}}}}
    rows = "\n".join(f"e|b|m|{name}|1000|" for name in names)
    assert checksum_of(events) == zlib.crc32(rows.encode())


@pytest.fixture
def held() -> HeldBoard:
    """A client's board at version 128."""
    holding = HeldBoard(SPORT)
    holding.take("odds_snapshot", board(BOSTON, 128, checksum_of(BOSTON)))
    return holding


AFTER = checksum_of(merge(BOSTON, TO_185))
NEXT = update(128, 129, TO_185, AFTER)


def test_an_update_that_fits_is_applied(held: HeldBoard) -> None:
    assert held.take("odds_update", NEXT) is Verdict.FINE
    assert held.position == {"epoch": "9f2c41d0", "version": 129}
    assert held.events["a1"]["lines"]["draftkings"]["h2h"]["Miami Heat"] == [185, None]


@pytest.mark.parametrize(
    ("name", "message", "verdict"),
    [
        ("odds_update", update(127, 128, {"a1": None}, 0), Verdict.IGNORED),
        ("odds_update", update(129, 130, TO_185, AFTER), Verdict.GAP),
        ("odds_update", {**NEXT, "epoch": "another"}, Verdict.GAP),
        ("odds_update", update(128, 129, TO_185, AFTER + 1), Verdict.MISMATCH),
        ("odds_update", update(120, 129, TO_185, AFTER), Verdict.FINE),
        ("odds_snapshot", board({}, 3, 0, epoch="another"), Verdict.FINE),
        ("odds_snapshot", board(BOSTON, 129, 7), Verdict.MISMATCH),
        ("feed_status", status(128, checksum_of(BOSTON)), Verdict.FINE),
        ("feed_status", status(128, 7), Verdict.MISMATCH),
        ("feed_status", status(127, 7), Verdict.FINE),
        ("feed_status", status(129, 7), Verdict.AHEAD),
        ("feed_status", status(128, 7, epoch="another"), Verdict.GAP),
    ],
)
def test_each_message_has_its_rule(
    held: HeldBoard, name: str, message: dict[str, Any], verdict: Verdict
) -> None:
    assert held.take(name, message) is verdict


def test_who_holds_nothing_asks_again_after_an_update() -> None:
    assert HeldBoard(SPORT).take("odds_update", NEXT) is Verdict.GAP


def test_a_heartbeat_leaves_the_rest_of_the_feed_as_it_was(held: HeldBoard) -> None:
    held.take("feed_status", status(128, checksum_of(BOSTON), feed={"ages": {"draftkings": 24}}))
    held.take("feed_status", status(128, checksum_of(BOSTON), feed={"status": "stale"}))
    assert held.feed == {"status": "stale", "ages": {"draftkings": 24}}
