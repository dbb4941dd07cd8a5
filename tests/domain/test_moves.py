"""Moves: no flicker, verified by unrelated books, steam once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.domain.moves import Moves, Steam, Way, group_of, size
from linefinder.domain.odds import Line
from tests.domain.boards import BOARDS, NOW, Events

HOME = "Boston Celtics"
UP, DOWN = (Way("e1", "h2h", HOME, up) for up in (1, -1))
FIVE_MINUTES = timedelta(minutes=5)


def board(market: str = "h2h", **lines: Any) -> Events:
    """A board of one event where each book offers one outcome: a price, or (price, point)."""
    offered = {
        book: {market: {HOME: line if isinstance(line, tuple) else (line, None)}}
        for book, line in lines.items()
        if line is not None
    }
    return {"e1": {"starts_at": "2026-11-24T00:10:00Z", "lines": offered}}


class Watched:
    """Polls one after the other: what each has to tell."""

    def __init__(self, first: Events, odds_format: str = "american") -> None:
        self.moves, self.board, self.at = Moves(odds_format), first, NOW

    def poll(self, after: Events, seconds: float = 30) -> list[tuple[str, Line, Line]]:
        before, since = self.board, self.at
        self.board, self.at = after, since + timedelta(seconds=seconds)
        found = self.moves.saw(before, after, since, self.at)
        return [(move.key.bookmaker, move.was, move.line) for move in found]

    def settle(self, seconds: float) -> list[tuple[str, Line, Line]]:
        """Time passes without a poll."""
        self.at += timedelta(seconds=seconds)
        found = self.moves.told(self.board, self.at)
        return [(move.key.bookmaker, move.was, move.line) for move in found]

    def steam(self, way: Way, books: int, frame: timedelta = FIVE_MINUTES) -> Steam | None:
        return self.moves.steam(way, books, frame, self.at)


def test_a_lone_move_is_told_once_it_has_stood_for_a_minute() -> None:
    watched = Watched(board(dk=-110, fd=-110))
    assert watched.poll(board(dk=-120, fd=-110)) == []
    assert watched.settle(59) == []
    assert watched.settle(1) == [("dk", (-110, None), (-120, None))]
    assert watched.settle(60) == []


def test_what_comes_back_within_a_minute_has_not_moved() -> None:
    watched = Watched(board(dk=-110))
    assert watched.poll(board(dk=-300)) == []
    assert watched.poll(board(dk=-110)) == []
    assert watched.settle(3600) == []


@pytest.mark.parametrize("suspended", [None, 0])
def test_a_line_that_is_away_for_a_moment_has_not_moved(suspended: int | None) -> None:
    watched = Watched(board(dk=-110, fd=-110))
    assert watched.poll(board(dk=suspended, fd=-110)) == []
    assert watched.settle(600) == []
    assert watched.poll(board(dk=-110, fd=-110)) == []
    assert watched.settle(600) == []


def test_a_line_that_returns_elsewhere_has_moved_since_it_went() -> None:
    watched = Watched(board(dk=-110))
    went_after = watched.at
    watched.poll(board(dk=None))
    watched.poll(board(dk=-150), seconds=300)
    assert watched.settle(59) == []
    found = watched.moves.told(watched.board, watched.at + timedelta(seconds=1))
    assert [(move.since, move.line) for move in found] == [(went_after, (-150, None))]


def test_an_opener_is_no_move() -> None:
    watched = Watched(board(dk=-110))
    watched.poll(board(dk=-110, fd=-120))
    assert watched.settle(60) == []


def test_two_books_that_move_the_same_way_are_told_at_once() -> None:
    watched = Watched(board(dk=-110, fd=-112))
    moved = watched.poll(board(dk=-120, fd=-125))
    assert moved == [("dk", (-110, None), (-120, None)), ("fd", (-112, None), (-125, None))]


def test_the_second_book_verifies_the_first_within_five_minutes() -> None:
    watched = Watched(board(dk=-110, fd=-110))
    watched.poll(board(dk=-120, fd=-110))
    assert watched.settle(60)
    assert watched.poll(board(dk=-120, fd=-118), seconds=200)[0][0] == "fd"
    late = Watched(board(dk=-110, fd=-110))
    late.poll(board(dk=-120, fd=-110))
    late.settle(60)
    assert late.poll(board(dk=-120, fd=-118), seconds=301) == []


def test_books_that_move_apart_do_not_verify_each_other() -> None:
    watched = Watched(board(dk=-110, fd=-110))
    assert watched.poll(board(dk=-120, fd=105)) == []


def test_related_books_are_one_witness() -> None:
    watched = Watched(board(betonlineag=-110, lowvig=-108))
    assert group_of("lowvig") == group_of("betonlineag") != group_of("bovada")
    assert watched.poll(board(betonlineag=-120, lowvig=-118)) == []
    assert watched.steam(DOWN, 2) is None


def test_a_drift_counts_from_where_it_began() -> None:
    watched = Watched(board("spreads", dk=(-110, -3)))
    watched.poll(board("spreads", dk=(-110, -3.5)))
    watched.settle(60)
    watched.poll(board("spreads", dk=(-110, -4)))
    [move] = watched.moves.told(watched.board, watched.at + timedelta(minutes=1))
    assert (move.was, move.line, move.start) == ((-110, -3.5), (-110, -4), (-110, -3))
    watched.poll(board("spreads", dk=(-110, -3.5)))
    [back] = watched.moves.told(watched.board, watched.at + timedelta(minutes=1))
    assert back.start == back.was == (-110, -4)


def test_lay_prices_do_not_move() -> None:
    watched = Watched(board("h2h_lay", dk=-110, fd=-110))
    assert watched.poll(board("h2h_lay", dk=-120, fd=-120)) == []


def test_steam_is_so_many_books_within_the_frame_and_is_told_once() -> None:
    watched = Watched(board(dk=-110, fd=-110, mgm=-110))
    watched.poll(board(dk=-115, fd=-110, mgm=-110))
    watched.poll(board(dk=-115, fd=-115, mgm=-110))
    assert watched.steam(DOWN, 3) is None
    watched.poll(board(dk=-115, fd=-115, mgm=-115))
    assert list(watched.moves.moved_at(watched.at)) == [DOWN]
    found = watched.steam(DOWN, 3)
    assert found
    assert [move.key.bookmaker for move in found.moves] == ["dk", "fd", "mgm"]
    watched.poll(board(dk=-120, fd=-120, mgm=-120))
    assert watched.steam(DOWN, 3) is None
    assert watched.steam(UP, 1) is None


def test_polls_further_apart_than_the_frame_see_no_steam() -> None:
    watched = Watched(board(dk=-110, fd=-110, mgm=-110))
    watched.poll(board(dk=-115, fd=-115, mgm=-115), seconds=301)
    assert watched.steam(DOWN, 3) is None
    assert watched.steam(DOWN, 3, timedelta(seconds=301))


def test_who_turns_round_is_no_part_of_a_steam() -> None:
    watched = Watched(board(dk=-110, fd=-110))
    watched.poll(board(dk=-115, fd=-115))
    watched.poll(board(dk=-105, fd=-115))
    assert watched.steam(DOWN, 2) is None
    assert watched.steam(DOWN, 1)


def test_a_move_is_measured_in_points_or_in_probability() -> None:
    assert size((-110, -3), (120, -4.5), "american") == (1.5, 0.0)
    assert size((2.0, None), (4.0, None), "decimal") == (0.0, 0.25)


@given(BOARDS, BOARDS)
def test_there_and_back_within_a_minute_is_nothing(one: Events, two: Events) -> None:
    """Unrelated books apart: those may verify each other meanwhile."""
    moves, later = Moves("american"), NOW + timedelta(seconds=59)
    told = {move.key for move in moves.saw(one, two, NOW, NOW + timedelta(seconds=1))}
    moves.saw(two, one, NOW + timedelta(seconds=1), later)
    back = moves.told(one, later + timedelta(hours=1))
    assert {move.key for move in back} <= told


@given(st.lists(BOARDS, min_size=2, max_size=5), st.lists(st.integers(1, 900), min_size=5))
def test_every_move_told_leads_to_the_board(boards: list[Events], gaps: list[int]) -> None:
    moves, at = Moves("american"), NOW
    for before, after, gap in zip(boards, boards[1:], gaps, strict=False):
        since, at = at, at + timedelta(seconds=gap)
        for move in moves.saw(before, after, since, at):
            key = move.key
            assert after[key.event]["lines"][key.bookmaker][key.market][key.outcome] == move.line
            assert (move.way.up, move.since < move.seen <= at) in ((1, True), (-1, True))
    assert {key.event for key in moves.open} <= set(boards[-1])


def test_what_leaves_the_board_is_forgotten() -> None:
    watched = Watched(board(dk=-110, fd=-110))
    watched.poll(board(dk=-120, fd=-110))
    watched.poll({})
    assert not watched.moves.open
    assert not watched.moves.trail
    assert isinstance(watched.at, datetime)
