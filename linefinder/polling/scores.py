"""Scores of the games in play: one look for all viewers, where it is worth its credit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from linefinder.board import Boards
from linefinder.domain.errors import BudgetExhausted, ProviderError, RequestRefused, SportRefused
from linefinder.domain.odds import starts_at
from linefinder.domain.planner.scores import is_due
from linefinder.domain.planner.sheets import Scarcity
from linefinder.domain.quota import ENDED_COST, SCORES_COST
from linefinder.domain.scores import Score, playing, unfinished
from linefinder.polling.beside import Beside, Keep
from linefinder.provider.client import Provider
from linefinder.provider.scores import read_scores
from linefinder.store.scores import keep_scores
from linefinder.store.write import Run

A_DAY = 1
ENDED_EVERY = timedelta(minutes=10)
"""How often it is asked how games ended: one that was abandoned never ends."""
REST = timedelta(minutes=5)
"""How long a sport is left alone whose scores could not be had, or were not told."""
LONG_REST = timedelta(hours=6)
"""The same where the provider has no scores of it."""


class Scores:
    """`viewers` tells how many look at a sport; `tell` tells them how it stands."""

    def __init__(
        self,
        provider: Provider,
        beside: Beside,
        boards: Boards,
        tell: Callable[[str], None],
        now: Callable[[], datetime],
        viewers: Callable[[str], int],
    ) -> None:
        self._provider, self._beside, self._boards = provider, beside, boards
        self._tell, self._now, self._viewers = tell, now, viewers
        self._looked: dict[str, datetime] = {}
        self._asked_how: dict[str, datetime] = {}
        self._resting: dict[str, datetime] = {}

    def tend(self, sports: Iterable[str], scarcity: Callable[[str], Scarcity]) -> None:
        """Look anew at the scores of sports with games in play that somebody looks at, where it is
        worth its price. Never touches the reserve."""
        for sport in sports:
            now = self._now()
            if now < self._resting.get(sport, now):
                continue
            days = self._due(sport, scarcity)
            if days is None:
                continue
            try:
                self._look(sport, days)
            except BudgetExhausted:
                return  # what is left is for polls and for those who ask by hand
            except ProviderError as error:
                unknown = isinstance(error, RequestRefused | SportRefused)
                self._resting[sport] = self._now() + (LONG_REST if unknown else REST)
                raise

    def set_back(self, by: timedelta) -> None:
        """The clock was set back: so were the looks, else none would be due until it has caught up."""
        for times in (self._looked, self._asked_how, self._resting):
            times.update({sport: at + by for sport, at in times.items()})

    def _due(self, sport: str, scarcity: Callable[[str], Scarcity]) -> int | None:
        """How many days back a look is due; None where none is."""
        viewers, now = self._viewers(sport), self._now()
        events, scores = self._boards.stream(sport).board.events, self._boards.facts(sport).scores
        games = [starts_at(events[key]) for key in playing(events, scores, now)]
        ended = [scores[key].at for key in unfinished(events, scores, now)]
        if now - self._asked_how.get(sport, now - ENDED_EVERY) < ENDED_EVERY:
            ended = []
        if not viewers or not (games or ended):
            return None
        at = max(min(games + ended), self._looked.get(sport, min(games + ended)))
        cost = ENDED_COST if ended else SCORES_COST
        times = (at.timestamp(), now.timestamp())
        due = is_due(sport, len(games) + len(ended), *times, cost, viewers, scarcity(sport))
        return (A_DAY if ended else 0) if due else None

    def _look(self, sport: str, days: int) -> None:
        now = self._looked[sport] = self._now()
        if days:
            self._asked_how[sport] = now
        before, found = self._boards.facts(sport).scores, dict[str, Score]()

        def read(body: bytes) -> tuple[int, Keep]:
            told = read_scores(body, self._now())
            found.update(_news(before, told))
            return len(found), partial(_keep, sport, found)

        run = Run(
            sport, False, now, now, "ok", self._boards.stream(sport).board.version, what="scores"
        )
        asking = partial(self._provider.scores, sport, days)
        self._beside.pay(run, asking, ENDED_COST if days else SCORES_COST, read)
        if found:
            self._show(sport, {**before, **found})
        elif not before:
            # no word of any game: not every sport has scores
            self._resting[sport] = self._now() + REST

    def _show(self, sport: str, scores: Mapping[str, Score]) -> None:
        """Only now, when they are stored."""
        events, now = self._boards.stream(sport).board.events, self._now()
        wanted = {*events, *unfinished(events, scores, now)}
        with self._boards.lock:
            self._boards.learn(
                sport, scores={key: score for key, score in scores.items() if key in wanted}
            )
            self._tell(sport)


def _news(before: Mapping[str, Score], told: Mapping[str, Score]) -> dict[str, Score]:
    """What of an answer is newer than what was known: a final score stays."""
    return {
        key: score
        for key, score in told.items()
        if key not in before or _follows(score, before[key])
    }


def _follows(score: Score, before: Score) -> bool:
    is_taken_back = before.completed and not score.completed
    return score != before and score.at >= before.at and not is_taken_back


def _keep(sport: str, scores: Mapping[str, Score], connection: Connection) -> None:
    keep_scores(connection, sport, scores)
