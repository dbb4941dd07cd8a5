"""What is to be polled, and how: as the settings say, unless it was switched at run time."""

from __future__ import annotations

from collections.abc import Mapping

from linefinder.config import Config
from linefinder.parts.polling import Led
from linefinder.store.read import switches
from linefinder.store.write import Recorder

POLLING, ADAPTIVE, SPORT = "polling", "adaptive", "sport:"


class Wanted:
    """`on`: whether the provider is polled at all; `sports`: which are, in the order of the tabs;
    `mode`: adaptive or fixed; `stored`: `on` was switched, which wins over POLL_ENABLED. Where another
    process polls, what that one's settings say counts; `own` is whether this one would poll."""

    def __init__(self, config: Config) -> None:
        self._set = config
        self.on, self.mode, self.sports = config.poll_enabled, config.poll_mode, config.poll_sports
        self.stored, self.own = False, config.poll_enabled
        self.changes = 0
        """How often something was switched in this process."""
        self._led: Led | None = None

    def restore(self) -> None:
        """What was switched before the last stop wins over the settings."""
        self.heed(switches(), self._led)

    def heed(self, kept: Mapping[str, bool], led: Led | None) -> None:
        """Want what was switched, what the process that polls wants, and what is set, in this order."""
        self._led = led
        base = led or Led(self._set.poll_enabled, self._set.poll_sports, self._set.poll_mode)
        self.stored = POLLING in kept
        self.on = kept.get(POLLING, base.on)
        self.own = kept.get(POLLING, self._set.poll_enabled)
        self.mode = base.mode
        if ADAPTIVE in kept:
            self.mode = "adaptive" if kept[ADAPTIVE] else "fixed"
        sports = {key.removeprefix(SPORT): on for key, on in kept.items() if key.startswith(SPORT)}
        chosen = {sport for sport, on in sports.items() if on}
        self.sports = self._in_order(chosen) if sports else base.sports

    def change(
        self,
        recorder: Recorder,
        on: bool | None = None,
        sports: tuple[str, ...] | None = None,
        mode: str | None = None,
    ) -> None:
        """Switch what is given, for good; StoreError where it can't be kept, and nothing changes."""
        kept: dict[str, bool] = {}
        if on is not None:
            kept[POLLING] = on
        if mode is not None:
            kept[ADAPTIVE] = mode == "adaptive"
        if sports is not None:
            known = {*self.sports, *self._set.poll_sports, *sports}
            kept.update({SPORT + sport: sport in sports for sport in known})
        recorder.switch(kept)
        self.changes += 1
        self.restore()

    def _in_order(self, sports: set[str]) -> tuple[str, ...]:
        first = [sport for sport in self._set.poll_sports if sport in sports]
        return (*first, *sorted(sports.difference(first)))
