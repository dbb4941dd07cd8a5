"""Who makes polls, and who knows what for: built once, put to work by scheduling/jobs.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from linefinder.polling.allowance import Allowance
from linefinder.polling.audience import Audience
from linefinder.polling.beside import Beside
from linefinder.polling.cadence import Cadence
from linefinder.polling.fetching import Fetcher
from linefinder.polling.learning import Learning
from linefinder.polling.plans import Plans
from linefinder.polling.poll import Poller
from linefinder.polling.props import Props
from linefinder.polling.prospects import Prospects
from linefinder.polling.purse import Purse
from linefinder.polling.runs import Runs
from linefinder.polling.scores import Scores
from linefinder.polling.wanted import Wanted
from linefinder.provider.client import Provider
from linefinder.wiring import Wiring


@dataclass(frozen=True, slots=True)
class Crew:
    """`runs` make polls, `props` and `scores` buy the rest; the others know what for and when."""

    runs: Runs
    props: Props
    scores: Scores
    audience: Audience
    wanted: Wanted
    learning: Learning
    plans: Plans
    cadence: Cadence
    prospects: Prospects

    def set_back(self, by: timedelta) -> None:
        """The clock was set back by so much, below 0: what they remember goes back with it, else they
        would wait until it has caught up."""
        self.learning.set_back(by)
        self.plans.set_back(by)
        self.scores.set_back(by)
        self.runs.set_back(by)


def muster(
    wiring: Wiring,
    provider: Provider,
    spawn: Callable[[Callable[[], None]], None],
    compute: Callable[..., Any],
) -> Crew:
    """The crew of a process. `spawn` does something in a thread of its own, `compute` arithmetic that
    takes long."""
    config, boards, now, wanted = wiring.config, wiring.boards, wiring.now, Wanted(wiring.config)
    poller = _poller(wiring, provider)
    allowance = Allowance(config.refresh_cooldown_seconds, config.refresh_per_hour)
    runs = Runs(poller, spawn, now, allowance)
    audience = Audience(wiring.viewers, now)
    learning = Learning(wanted, boards, wiring.recorder, audience.viewers)
    poller.saw = learning.saw
    plans = Plans(config, boards, learning, now, compute)
    cost, halted = poller.purse.poll_cost, runs.halted
    cadence = Cadence(config, wanted, boards, learning, plans, cost, halted)
    prospects = Prospects(config, wanted, boards, learning, plans, compute)
    beside = Beside(poller.purse, wiring.recorder, now)
    props = Props(
        provider, beside, boards, now, config.market_cost, config.refresh_cooldown_seconds
    )
    scores = _scores(wiring, provider, beside, learning)
    return Crew(runs, props, scores, audience, wanted, learning, plans, cadence, prospects)


def _scores(wiring: Wiring, provider: Provider, beside: Beside, learning: Learning) -> Scores:
    def tell(sport: str) -> None:
        wiring.teller.status(sport)

    def viewers(sport: str) -> int:
        return learning.viewers(sport)

    return Scores(provider, beside, wiring.boards, tell, wiring.now, viewers)


def _poller(wiring: Wiring, provider: Provider) -> Poller:
    config, boards, now = wiring.config, wiring.boards, wiring.now
    purse = Purse(boards, now, config.poll_cost, lambda: poller.look())
    fetcher = Fetcher(provider, boards, purse)
    fetcher.link_hosts = config.link_hosts if config.include_links else {}
    fetcher.link_state = config.link_state
    keep = config.resume_versions
    poller = Poller(fetcher, boards, wiring.recorder, wiring.teller, now, keep)
    return poller
