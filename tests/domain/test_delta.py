"""Patches: what turns one board into another, and nothing else."""

from __future__ import annotations

import copy
from itertools import pairwise
from typing import Any

from hypothesis import given

from linefinder.domain.delta import apply, diff, event_changes, line_changes
from tests.domain.boards import BOARDS, CHAINS, Events, rows
from tests.support.judge import merge


@given(BOARDS, BOARDS)
def test_a_patch_turns_the_old_board_into_the_new_one(old: Events, new: Events) -> None:
    assert apply(old, diff(old, new)) == new


@given(BOARDS, BOARDS)
def test_a_patch_is_a_merge_patch_for_any_client(old: Events, new: Events) -> None:
    assert merge(old, diff(old, new)) == new


@given(BOARDS)
def test_equal_boards_have_no_patch(board: Events) -> None:
    assert diff(board, copy.deepcopy(board)) == {}


@given(BOARDS, BOARDS)
def test_a_patch_is_empty_only_where_nothing_changed(old: Events, new: Events) -> None:
    assert (diff(old, new) == {}) == (old == new)


@given(CHAINS)
def test_patches_lead_along_any_chain_of_boards(chain: list[Events]) -> None:
    board = chain[0]
    for patch in [diff(old, new) for old, new in pairwise(chain)]:
        board = apply(board, patch)
    assert board == chain[-1]


@given(BOARDS, BOARDS)
def test_neither_board_is_touched(old: Events, new: Events) -> None:
    kept = copy.deepcopy(old), copy.deepcopy(new)
    apply(old, diff(old, new))
    assert (old, new) == kept


@given(BOARDS, BOARDS)
def test_a_patch_names_only_what_differs(old: Events, new: Events) -> None:
    """Every leaf of a patch is a change: no line travels that the client holds already."""
    patch = diff(old, new)
    for key, part in patch.items():
        assert old.get(key) != new.get(key)
        if part is not None and key in old:
            assert apply(old[key], part) != old[key]
    before, after = rows(old), rows(new)
    for name, line in rows_of_patch(patch).items():
        assert name not in before or before[name] != line
        assert after[name] == line


def rows_of_patch(patch: dict[str, Any]) -> dict[Any, Any]:
    """The lines that a patch sets."""
    return {
        (event, book, market, outcome): line
        for event, part in patch.items()
        for book, markets in ((part or {}).get("lines") or {}).items()
        for market, outcomes in (markets or {}).items()
        for outcome, line in (outcomes or {}).items()
        if line is not None
    }


def test_numbers_are_equal_by_value() -> None:
    def line(price: float, point: float) -> Events:
        return {"e": {"starts_at": "", "lines": {"b": {"spreads": {"Over": (price, point)}}}}}

    assert diff(line(1.0, -0.0), line(1, 0)) == {}
    assert diff(line(-110, 2.5), line(-110.0, 2.5)) == {}


@given(BOARDS, BOARDS)
def test_line_changes_add_up_to_the_new_board(old: Events, new: Events) -> None:
    lines = rows(old)
    for key, line in line_changes(old, new, diff(old, new)):
        if line is None:
            del lines[tuple(key)]
        else:
            lines[tuple(key)] = line
    assert lines == rows(new)


@given(BOARDS, BOARDS)
def test_each_changed_line_is_told_once(old: Events, new: Events) -> None:
    changes = [tuple(key) for key, _ in line_changes(old, new, diff(old, new))]
    before, after = rows(old), rows(new)
    different = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert len(changes) == len(set(changes))
    assert set(changes) == different


@given(CHAINS)
def test_history_replayed_is_the_board(chain: list[Events]) -> None:
    lines: dict[Any, Any] = {}
    for old, new in pairwise([{}, *chain]):
        for key, line in line_changes(old, new, diff(old, new)):
            lines[tuple(key)] = line
    assert {key: line for key, line in lines.items() if line is not None} == rows(chain[-1])


@given(BOARDS, BOARDS)
def test_events_that_came_went_or_moved_are_named(old: Events, new: Events) -> None:
    def heads(board: Events) -> dict[str, Any]:
        return {
            key: {name: value for name, value in event.items() if name != "lines"}
            for key, event in board.items()
        }

    before, after = heads(old), heads(new)
    different = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
    assert set(event_changes(old, diff(old, new))) == different
