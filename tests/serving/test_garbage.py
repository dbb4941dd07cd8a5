"""Old garbage is looked for when it is calm, and else once a day."""

from __future__ import annotations

from linefinder.serving.garbage import CALM_CLIENTS, CALM_SECONDS, LONGEST_SECONDS, Garbage


class House:
    """Some viewers, a clock, and a count of the looks."""

    def __init__(self, clients: int) -> None:
        self.clients, self.now, self.looks = clients, 0.0, 0
        self.garbage = Garbage(lambda: self.clients, lambda: self.now, self._look)

    def _look(self) -> int:
        self.looks += 1
        return 0

    def after(self, seconds: float) -> int:
        self.now += seconds
        self.garbage.tick()
        return self.looks


def test_a_small_house_is_looked_through_every_ten_minutes() -> None:
    house = House(CALM_CLIENTS)
    assert [house.after(CALM_SECONDS - 1), house.after(1)] == [0, 1]
    assert [house.after(CALM_SECONDS - 1), house.after(1)] == [1, 2]


def test_a_full_house_is_left_alone_until_a_day_has_passed() -> None:
    house = House(CALM_CLIENTS + 1)
    assert [house.after(LONGEST_SECONDS - 1), house.after(1)] == [0, 1]


def test_a_house_that_empties_is_looked_through_at_once() -> None:
    house = House(CALM_CLIENTS + 1)
    assert house.after(CALM_SECONDS * 2) == 0
    house.clients = 7
    assert house.after(1) == 1
