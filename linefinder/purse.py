"""The purse: no call is made that is not known to fit, and each is counted by what its answer says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from linefinder.board import Boards
from linefinder.domain import quota
from linefinder.domain.errors import BudgetExhausted, OutOfCredits, ProviderError
from linefinder.provider.client import Answer


class Purse:
    """What this process may spend. `cost`: credits of a full poll by the settings; `look` asks
    `/sports`, which is free and shows the account."""

    def __init__(
        self, boards: Boards, now: Callable[[], datetime], cost: int, look: Callable[[], None]
    ) -> None:
        self._boards, self._now, self._cost, self._look = boards, now, cost, look
        self._lock, self._aside = threading.Lock(), 0
        self.may_pay: Callable[[], None] = lambda: None
        """Called before a call that is paid; it raises NotLeading where another process polls."""

    def pay(
        self, call: Callable[[], Answer], cost: int, manual: bool, is_poll: bool = True
    ) -> Answer:
        """Make a call of `cost` credits: its answer, or BudgetExhausted without asking where it is not
        known to fit. Only what somebody waits for (`manual`) may have the reserve."""
        self.may_pay()
        self._set_aside(cost, manual)
        try:
            answer = call()
        except OutOfCredits:
            self._boards.ledger = self._boards.ledger.exhausted(self._now())
            raise
        except ProviderError as error:
            self.count(error.usage, is_poll)
            raise
        finally:
            self._aside -= cost
        self.count(answer.usage, is_poll)
        return answer

    def _set_aside(self, cost: int, manual: bool) -> None:
        """Keep the credits of a call from other calls while it is under way."""
        with self._lock:
            self._check(cost, manual)
            self._aside += cost

    def _check(self, cost: int, manual: bool) -> None:
        """A look at the account is free, and may show more than was known."""
        aside = self._aside
        if not quota.fits(self._boards.ledger, cost, aside):
            self._look()
        ledger, now = self._boards.ledger, self._now()
        reserved = aside + (0 if manual else self._boards.reserve(now))
        # an account that tells no quota at all can't be budgeted
        if ledger.remaining is not None and not quota.fits(ledger, cost, reserved):
            raise BudgetExhausted(cost, max(0, ledger.remaining - reserved))

    def poll_cost(self) -> int:
        """Credits of the next full poll: as the settings say, or as the last one if it was dearer."""
        return max(self._boards.ledger.cost or 0, self._cost)

    def count(self, usage: quota.Usage | None, is_poll: bool = True) -> None:
        """Take over what an answer tells of the account; other calls say nothing of what polls cost."""
        if usage is not None and not is_poll:
            usage = usage._replace(last=None)
        self._boards.ledger = self._boards.ledger.after(usage, self._now())
