"""Answers of `/scores`: what is wrong with one game costs that game only."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from linefinder.domain.errors import BrokenAnswer
from linefinder.domain.scores import Score
from linefinder.provider.sandbox.season import Season
from linefinder.provider.scores import read_scores

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
EARLIER = datetime(2026, 11, 24, 1, 59, 30, tzinfo=UTC)


def game(**more: Any) -> dict[str, Any]:
    sides = [{"name": "Boston Celtics", "score": "88"}, {"name": "Miami Heat", "score": "91"}]
    return {
        "id": "e1", "completed": False, "home_team": "Boston Celtics", "away_team": "Miami Heat",
        "commence_time": "2026-11-24T00:10:00Z", "scores": sides, "last_update": "2026-11-24T01:59:30Z",
        **more,
    }  # fmt: skip


def read(*games: Any) -> dict[str, Score]:
    return read_scores(json.dumps(games).encode(), NOW)


def test_a_score_is_told_by_side_and_as_of_when_the_provider_saw_it() -> None:
    assert read(game()) == {"e1": Score("88", "91", False, EARLIER)}


def test_a_game_without_a_score_is_left_out() -> None:
    assert read(game(scores=None), game(id="e2", scores=[])) == {}


@pytest.mark.parametrize("stamp", [None, "2026-11-24T02:00:01Z", "0001-01-01T00:00:00Z"])
def test_a_stamp_that_cannot_be_is_taken_as_now(stamp: str | None) -> None:
    assert read(game(last_update=stamp))["e1"].at == NOW


@pytest.mark.parametrize(
    "broken",
    [
        7,
        {},
        game(id=""),
        game(scores="88:91"),
        game(scores=[{"name": "Boston Celtics", "score": "8" * 33}]),
        game(id="a\0b"),
        game(completed="yes"),
    ],
)
def test_a_broken_game_hides_no_other(broken: Any) -> None:
    assert list(read(broken, game(id="e2"))) == ["e2"]


def test_numbers_and_unknown_teams_are_taken_as_they_come() -> None:
    sides = [{"name": "Boston Celtics", "score": 88}, {"name": "Another", "score": "3"}]
    assert read(game(scores=sides))["e1"][:2] == ("88", None)


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b"\xff", b"[" * 5000])
def test_a_body_that_is_no_list_is_a_broken_answer(body: bytes) -> None:
    with pytest.raises(BrokenAnswer, match="not a list of scores"):
        read_scores(body, NOW)


def test_the_sandbox_tells_scores_that_only_grow_and_end() -> None:
    season, sport = Season(("basketball_nba",), seed=4), "basketball_nba"
    first = {one["id"]: one for one in season.scores(sport, NOW, 0)}
    later = datetime(2026, 11, 24, 2, 40, tzinfo=UTC)
    then = {one["id"]: one for one in season.scores(sport, later, 1)}
    begun = [key for key, one in first.items() if one["scores"]]
    assert begun
    assert not any(one["completed"] for one in first.values())
    for key in begun:
        before, after = ([int(side["score"]) for side in of[key]["scores"]] for of in (first, then))
        assert all(b >= a for a, b in zip(before, after, strict=True))
    finals = [
        [int(side["score"]) for side in one["scores"]] for one in then.values() if one["completed"]
    ]
    assert len(finals) > 10
    assert all(60 < points < 160 for final in finals for points in final), "as basketball ends"
    assert read_scores(json.dumps(list(then.values())).encode(), later).keys() >= set(begun)
