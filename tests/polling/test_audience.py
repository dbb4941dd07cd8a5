"""Who looks at what counts in the process that polls, wherever they look."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linefinder.polling.audience import Audience
from tests.support.rooms import NBA, House, open_house

NFL = "americanfootball_nfl"


@pytest.fixture
def house(either_url: str, tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path, either_url) as opened, opened.app.app_context():
        yield opened


class Process:
    """A process with viewers of its own."""

    def __init__(self, name: str, clock: Any, **viewers: int) -> None:
        self.name, self.viewers_here = name, viewers
        self.audience = Audience(lambda sport: self.viewers_here.get(sport, 0), clock)

    def share(self, leads: bool = False) -> None:
        self.audience.share(self.name, leads, [NBA, NFL])


def test_the_process_that_polls_counts_the_viewers_of_all(house: House) -> None:
    one = Process("one", house.clock, **{NBA: 3})
    two = Process("two", house.clock, **{NBA: 4, NFL: 1})
    poller = Process("poller", house.clock, **{NFL: 2})
    one.share()
    two.share()
    poller.share(leads=True)
    assert [poller.audience.viewers(sport) for sport in (NBA, NFL)] == [7, 3]
    assert poller.audience.here(NFL) == 2
    two.viewers_here = {NFL: 1}
    two.share()
    poller.share(leads=True)
    assert [poller.audience.viewers(sport) for sport in (NBA, NFL)] == [3, 3]


def test_who_says_nothing_any_more_is_gone_and_who_stays_repeats_it(house: House) -> None:
    gone, stays = (
        Process("gone", house.clock, **{NBA: 3}),
        Process("stays", house.clock, **{NBA: 1}),
    )
    poller = Process("poller", house.clock)
    gone.share()
    for _ in range(13):
        stays.share()
        house.clock.pass_by(15)
    poller.share(leads=True)
    assert poller.audience.viewers(NBA) == 1


def test_nothing_is_written_where_nobody_looks_or_nothing_changed(house: House) -> None:
    quiet, one = Process("quiet", house.clock), Process("one", house.clock, **{NBA: 1})
    quiet.share()
    one.share()
    before = house.rows("select * from audiences")
    house.clock.pass_by(15)
    one.share()
    quiet.share()
    assert house.rows("select * from audiences") == before
    one.viewers_here = {}
    one.share()
    assert house.rows("select * from audiences") == []


def test_what_was_said_before_this_process_polled_is_not_counted_twice(house: House) -> None:
    one = Process("one", house.clock, **{NBA: 3})
    one.share()
    one.share(leads=True)
    assert one.audience.viewers(NBA) == 3


def test_plans_weigh_the_viewers_of_other_processes(house: House) -> None:
    Process("another", house.clock, **{NBA: 5}).share()
    jobs = house.wiring.jobs
    jobs.leading.leads = True
    jobs.duties.share()
    assert house.wiring.learning.viewers(NBA) == 5
    assert house.wiring.viewers(NBA) == 0, "what /metrics says of this process"
