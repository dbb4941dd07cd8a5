"""The purse: answers that come out of order can't make spent credits look unspent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linefinder.board import Boards
from linefinder.domain.errors import BudgetExhausted
from linefinder.domain.quota import Usage
from linefinder.polling.purse import Purse
from linefinder.provider.client import Answer

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


class Account:
    """A provider's account of 100 credits, and a purse that pays from it."""

    def __init__(self) -> None:
        self.boards = Boards("american", 0)
        self.purse = Purse(self.boards, lambda: NOW, 3, lambda: None)
        self.used = 10

    def told(self, cost: int = 0) -> Usage:
        self.used += cost
        return Usage(100 - self.used, self.used, cost)

    def look(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        def call() -> tuple[None, Usage]:
            usage = self.told()
            meanwhile()  # the answer is on its way
            return None, usage

        self.purse.ask(call, looks=True)

    def pay(self, cost: int, is_poll: bool = True) -> None:
        self.purse.pay(lambda: Answer(b"", self.told(cost)), cost, True, is_poll)


def test_an_answer_that_was_overtaken_does_not_give_credits_back() -> None:
    account = Account()
    account.look()
    account.look(meanwhile=lambda: account.pay(90))
    assert account.boards.ledger.remaining == 0
    with pytest.raises(BudgetExhausted):
        account.pay(1)


def test_an_answer_that_was_long_on_its_way_does_not_either() -> None:
    """It was asked for after the other, served before it, and comes after it."""
    account, served, comes = Account(), threading.Event(), threading.Event()

    def later() -> Answer:
        usage = account.told(3)
        served.set()
        comes.wait(30)
        return Answer(b"", usage)

    other = threading.Thread(target=account.purse.pay, args=(later, 3, True))

    def first() -> Answer:
        other.start()
        served.wait(30)
        return Answer(b"", account.told(3))

    account.look()
    account.purse.pay(first, 3, True)
    comes.set()
    other.join(30)
    assert account.boards.ledger.remaining == 84


def test_before_a_call_that_would_not_fit_the_account_is_looked_at() -> None:
    account = Account()
    account.purse = Purse(account.boards, lambda: NOW, 3, account.look)
    account.pay(3)
    assert account.boards.ledger.remaining == 87, "the look has shown that there are credits"


def test_a_reset_is_believed_from_a_later_call() -> None:
    account = Account()
    account.look()
    account.used = 0
    account.look()
    assert account.boards.ledger.remaining == 100


def test_what_another_kind_of_call_costs_says_nothing_of_a_poll() -> None:
    account = Account()
    account.look()
    account.pay(12, is_poll=False)
    assert (account.purse.poll_cost(), account.boards.ledger.remaining) == (3, 78)


@given(st.lists(st.integers(0, 6), min_size=1, max_size=6))
def test_however_calls_overtake_one_another_the_ledger_ends_right(costs: list[int]) -> None:
    account = Account()
    account.look()

    def nested(rest: list[int]) -> None:
        def meanwhile() -> None:
            account.pay(rest[0])
            nested(rest[1:])

        if rest:
            account.look(meanwhile)

    nested(costs)
    assert account.boards.ledger.remaining == 100 - account.used
