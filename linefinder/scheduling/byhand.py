"""What somebody asks for by hand: had here, or by the process that polls."""

from __future__ import annotations

from collections.abc import Callable, Collection

from linefinder.domain.errors import LineFinderError
from linefinder.domain.odds import Position
from linefinder.parts.polling import Loaded, Refreshed
from linefinder.polling.props import Props
from linefinder.polling.refusals import refused
from linefinder.polling.runs import Runs
from linefinder.processes.succession import Succession


class ByHand:
    """`runs_jobs` tells whether the jobs of this process run; if not, nobody else is asked."""

    def __init__(
        self, runs: Runs, props: Props, succession: Succession, runs_jobs: Callable[[], bool]
    ) -> None:
        self._runs, self._props = runs, props
        self._succession, self._runs_jobs = succession, runs_jobs
        succession.asking.loads = self._load_here

    def refresh(self, sport: str) -> Refreshed:
        """Poll a sport at once; Refused with what is in the way."""
        if self._is_had_here():
            return self._runs.refresh(sport)
        return self._succession.asking.refresh(sport)

    def load(self, sport: str, event: str, markets: Collection[str] | None) -> Loaded:
        """Have markets of an event, or find out which there are (None); Refused likewise."""
        if self._is_had_here():
            return self._load_here(sport, event, markets)
        return self._succession.asking.load(sport, event, markets)

    def wait_for(self, sport: str, held: Position) -> None:
        """Somebody comes from another process; where it holds more than we do, have a look first."""
        if self._runs_jobs():
            self._succession.follower.wait_for(sport, held)

    def _is_had_here(self) -> bool:
        return self._succession.leading.holds() or not self._runs_jobs()

    def _load_here(self, sport: str, event: str, markets: Collection[str] | None) -> Loaded:
        try:
            if markets is None:
                return self._props.look(sport, event)
            return self._props.load(sport, event, markets)
        except LineFinderError as error:
            raise refused(error) from error
