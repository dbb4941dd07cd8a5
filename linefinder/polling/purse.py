"""The purse: no call is made that is not known to fit, and each is counted by what its answer says."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from linefinder.board import Boards
from linefinder.domain import quota
from linefinder.domain.errors import BudgetExhausted, OutOfCredits, ProviderError
from linefinder.provider.client import Answer

Told = TypeVar("Told")


class Purse:
    """What this process may spend. `cost`: credits of a full poll by the settings; `look` asks
    `/sports`, which is free and shows the account."""

    def __init__(
        self, boards: Boards, now: Callable[[], datetime], cost: int, look: Callable[[], None]
    ) -> None:
        self._boards, self._now, self._cost, self._look = boards, now, cost, look
        self._paying, self._aside = threading.Lock(), 0
        self._order, self._begun, self._heard = threading.Lock(), 0, 0
        self.may_pay: Callable[[], None] = lambda: None
        """Called before a call that is paid; it raises NotLeading where another process polls."""

    def pay(
        self, call: Callable[[], Answer], cost: int, manual: bool, is_poll: bool = True
    ) -> Answer:
        """Make a call of `cost` credits: its answer, or BudgetExhausted without asking where it is not
        known to fit. Only what somebody waits for (`manual`) may have the reserve."""
        self.may_pay()
        self._set_aside(cost, manual)
        began = self._begin()
        try:
            answer = call()
        except OutOfCredits:
            self._boards.ledger = self._boards.ledger.exhausted(self._now())
            raise
        except ProviderError as error:
            self._count(error.usage, began, is_poll)
            raise
        finally:
            self._aside -= cost
        self._count(answer.usage, began, is_poll)
        return answer

    def ask(self, call: Callable[[], tuple[Told, quota.Usage]], looks: bool = False) -> Told:
        """Make a call that is free: what it told, its headers counted. `looks`: it was `/sports`, which
        shows whether an account that was empty has credits again."""
        began = self._begin()
        told, usage = call()
        if looks and self._is_news(usage, began):
            self._boards.ledger = self._boards.ledger.looked(usage, self._now())
        elif not looks:
            self._count(usage, began)
        return told

    def _set_aside(self, cost: int, manual: bool) -> None:
        """Keep the credits of a call from other calls while it is under way."""
        with self._paying:
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

    def _begin(self) -> int:
        with self._order:
            self._begun += 1
            return self._begun

    def _count(self, usage: quota.Usage | None, began: int, is_poll: bool = True) -> None:
        """Take over what an answer tells of the account; other calls say nothing of what polls cost."""
        if usage is None or not self._is_news(usage, began):
            return
        told = usage if is_poll else usage._replace(last=None)
        self._boards.ledger = self._boards.ledger.after(told, self._now())

    def _is_news(self, usage: quota.Usage, began: int) -> bool:
        """Whether an answer is not overtaken: one that was asked for before another came, and comes
        after it, may tell of credits that are spent by now. Only of a call that was begun since does
        less use mean a reset."""
        with self._order:
            known = self._boards.ledger.used
            if began <= self._heard and known is not None and (usage.used or 0) < known:
                return False
            self._heard = self._begun
            return True
