"""How often somebody may ask: so many times a minute, and as many at once after a rest."""

from __future__ import annotations

MINUTE = 60.0
KEPT = 20_000
"""Keys that are remembered: with more, those who have rested longest are forgotten first."""


class Rate:
    """So many times a `minute` for each key, by the generic cell rate algorithm: one number a key."""

    def __init__(self, a_minute: int) -> None:
        self._a_minute = a_minute
        self._step = MINUTE / a_minute if a_minute else 0.0
        self._rested_at: dict[str, float] = {}

    def take(self, key: str, now: float) -> float:
        """Seconds (monotonic `now`) to wait until `key` may ask again; 0 where it may, and has."""
        if not self._a_minute:
            return 0.0
        rested = max(self._rested_at.pop(key, now), now)
        wait = rested + self._step - MINUTE - now
        self._rested_at[key] = rested if wait > 1e-9 else rested + self._step
        if len(self._rested_at) > KEPT:
            self._forget(now)
        return wait if wait > 1e-9 else 0.0

    def _forget(self, now: float) -> None:
        """Who has rested is as good as new; where that is not enough, the half that asked first."""
        kept = {key: at for key, at in self._rested_at.items() if at > now}
        surplus = max(0, len(kept) - KEPT // 2)
        self._rested_at = dict(list(kept.items())[surplus:])
