"""Scores: one look for all who watch, stored before it is told, and never from the reserve."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from linefinder.domain.errors import ProviderError
from linefinder.domain.planner.rates import Tally, estimate
from linefinder.domain.planner.sheets import Scarcity
from linefinder.store.ledger import recent_polls
from linefinder.wire import update_dict
from tests.support.rooms import NBA, House, open_house, sqlite_in
from tests.support.upstream import Say, odds_of, refusal

STARTED = "2026-11-23T20:30:00Z"
FREE = Scarcity(60.0, 0.0, estimate(Tally()))
DEAR = Scarcity(60.0, 1e9, estimate(Tally()))


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Any:
    with open_house(tmp_path, either_url) as opened:
        opened.poll(odds_of(starts=STARTED), odds_of(key="e2"))
        opened.wiring.learning.viewers = lambda sport: 1
        yield opened


def game(home: int, away: int, *, key: str = "e1", completed: bool = False, at: str = "") -> Any:
    sides = [("Boston Celtics", home), ("Miami Heat", away)]
    return {
        "id": key,
        "completed": completed,
        "home_team": "Boston Celtics",
        "away_team": "Miami Heat",
        "scores": [{"name": name, "score": str(points)} for name, points in sides],
        "last_update": at or None,
    }


def tend(house: House, scarcity: Scarcity = FREE, seconds: float = 60) -> None:
    house.clock.pass_by(seconds)
    with house.app.app_context():
        house.wiring.jobs.crew.scores.tend([NBA], lambda sport: scarcity)


def looks(house: House) -> list[dict[str, str]]:
    return [query for path, query in house.upstream.asked if path.endswith("/scores")]


def shown(house: House) -> Any:
    return house.boards.feed(NBA, house.clock())


def test_a_score_is_stored_and_told_to_all_who_look(house: House) -> None:
    house.upstream.scores[NBA] = [game(12, 9)]
    house.ears.told()
    tend(house)
    assert house.ears.told() == ["status"]
    assert shown(house)["scores"] == {
        "e1": {"home": "12", "away": "9", "completed": False, "at": "2026-11-23T21:02:05Z"}
    }
    assert house.rows("select event, home, away, completed from scores") == [
        ("e1", "12", "9", False)
    ]
    with house.app.app_context():
        assert [(row["what"], row["credits"]) for row in recent_polls(1)] == [("scores", 1)]
    assert house.boards.ledger.remaining == 396


def test_what_is_the_same_is_told_to_nobody(house: House) -> None:
    house.upstream.scores[NBA] = [game(12, 9, at="2026-11-23T21:01:40Z")]
    tend(house)
    house.ears.told()
    tend(house)
    assert len(looks(house)) == 2
    assert house.ears.told() == []


def test_updates_carry_no_scores_and_snapshots_do(house: House) -> None:
    house.upstream.scores[NBA] = [game(12, 9)]
    tend(house)
    client = house.app.test_client()
    assert client.get("/api/odds/nba").get_json()["feed"]["scores"]["e1"]["home"] == "12"
    before = house.boards.stream(NBA).board.version
    house.poll(odds_of(-120, starts=STARTED))
    update = house.boards.stream(NBA).updates[-1]
    assert update.version == before + 1
    assert "scores" not in update_dict(NBA, update, shown(house))["feed"]


def test_nobody_who_looks_and_no_game_in_play_cost_nothing(house: House) -> None:
    house.wiring.learning.viewers = lambda sport: 0
    tend(house)
    house.wiring.learning.viewers = lambda sport: 1
    house.poll(odds_of(key="e2"))
    tend(house)
    assert looks(house) == []


def test_a_look_waits_until_it_is_worth_its_price(house: House) -> None:
    tend(house, DEAR)
    assert looks(house) == []
    tend(house)
    assert len(looks(house)) == 1


def test_the_reserve_is_for_those_who_ask_by_hand(house: House) -> None:
    house.upstream.remaining, house.upstream.used = 3, 497
    house.poll()
    house.upstream.odds[NBA] = []
    house.poll(odds_of(starts=STARTED))
    house.upstream.asked.clear()
    tend(house)
    assert looks(house) == []


def test_how_a_game_ended_is_asked_for_once_it_has_left_the_board(house: House) -> None:
    house.upstream.scores[NBA] = [game(101, 99)]
    tend(house)
    house.poll(odds_of(key="e2"))
    house.upstream.scores[NBA] = [game(104, 110, completed=True)]
    tend(house)
    assert looks(house)[-1]["daysFrom"] == "1"
    assert house.rows("select home, away, completed from scores") == [("104", "110", True)]
    count = len(looks(house))
    tend(house)
    assert len(looks(house)) == count, "it has ended"
    told = house.app.test_client().get("/api/events/e1/closing").get_json()
    assert (told["score"]["home"], told["score"]["completed"]) == ("104", True)


def test_how_a_game_ended_is_not_missed_while_it_is_played(house: House) -> None:
    def page() -> str:
        return house.app.test_client().get("/event/e1").get_data(as_text=True)

    house.upstream.scores[NBA] = [game(101, 99)]
    tend(house)
    assert "not known" not in page()
    house.poll(odds_of(key="e2"))
    assert "Miami Heat 99, Boston Celtics 101; how it ended is not known" in page()
    house.poll(odds_of(starts=STARTED), odds_of(key="e2"))
    house.upstream.scores[NBA] = [game(104, 110, completed=True)]
    tend(house)
    assert "Final score: Miami Heat 110, Boston Celtics 104." in page()


def test_a_game_that_never_ends_is_asked_about_seldom(house: House) -> None:
    house.upstream.scores[NBA] = [game(3, 2)]
    tend(house)
    house.poll(odds_of(key="e2"))
    house.upstream.scores[NBA] = []
    for _ in range(20):
        tend(house)
    assert len(looks(house)) == 3, "in play, once it had left the board, and ten minutes later"


def test_a_final_score_is_not_taken_back(house: House) -> None:
    house.upstream.scores[NBA] = [game(104, 99, completed=True)]
    tend(house)
    house.poll(odds_of(starts=STARTED), odds_of(key="e3", starts=STARTED))
    house.upstream.scores[NBA] = [game(101, 99), game(1, 0, key="e3")]
    tend(house)
    assert shown(house)["scores"]["e1"]["completed"]
    assert shown(house)["scores"]["e3"]["home"] == "1"


def test_scores_survive_a_restart(house: House) -> None:
    house.upstream.scores[NBA] = [game(12, 9)]
    tend(house)
    again = house.again()
    assert shown(again)["scores"]["e1"]["away"] == "9"


def test_an_older_answer_changes_nothing(house: House) -> None:
    house.upstream.scores[NBA] = [game(14, 9, at="2026-11-23T21:01:50Z")]
    tend(house)
    house.upstream.scores[NBA] = [game(12, 9, at="2026-11-23T21:01:20Z")]
    tend(house)
    assert shown(house)["scores"]["e1"]["home"] == "14"


@pytest.mark.parametrize(
    ("say", "rests"),
    [
        (refusal(422, "INVALID_SPORT"), 6 * 3600),
        (refusal(404, "UNKNOWN_SPORT"), 6 * 3600),
        (Say(500, b""), 300),
        (Say(200, b"<html>"), 300),
    ],
)
def test_a_sport_whose_scores_can_not_be_had_is_left_alone(
    house: House, say: Say, rests: float
) -> None:
    house.upstream.answers.append(say)
    with pytest.raises(ProviderError):
        tend(house)
    assert house.boards.facts(NBA).failure is None, "the odds are as true as before"
    with house.app.app_context():
        assert recent_polls(1)[0]["outcome"] != "ok"
    tend(house, seconds=rests - 1)
    assert len(looks(house)) == 1
    tend(house, seconds=2)
    assert len(looks(house)) == 2


def test_a_sport_that_has_no_scores_is_asked_seldom(house: House) -> None:
    tend(house)
    tend(house)
    assert len(looks(house)) == 1, "an empty answer is free, but a question nonetheless"


def test_scores_can_be_switched_off(tmp_path: Path) -> None:
    with open_house(tmp_path, sqlite_in(tmp_path), SCORES="false") as house:
        jobs = house.wiring.jobs
        jobs.start()
        assert jobs._scheduler.get_job("props")
        assert not jobs._scheduler.get_job("scores")
        jobs.stop()
