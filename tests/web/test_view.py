"""What a page shows of a board, before any script runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from linefinder.domain.feed import Facts, Feed, judge
from linefinder.domain.odds import Board
from linefinder.domain.quota import Forecast
from linefinder.web.shown import text, view, words
from linefinder.web.shown.cells import Shown
from linefinder.web.shown.meaning import polling_words

NOW = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)
LINES: dict[str, Any] = {
    "fanduel": {
        "h2h": {"Boston": (-220, None), "Miami": (180, None), "Draw": (900, None)},
        "spreads": {"Boston": (-105, -6.5), "Miami": (-115, 6.5)},
        "totals": {"Over": (-110, 221.5), "Under": (-110, 221.5)},
        "h2h_lay": {"Miami": (190, None)},
    },
    "draftkings": {
        "h2h": {"Boston": (-220, None), "Miami": (175, None)},
        "spreads": {"Boston": (-115, -6), "Miami": (-120, 7)},
        "totals": {"Over": (-120, 220.5), "Under": (-110, 222)},
    },
}


def event(lines: dict[str, Any], start: str = "2026-11-24T02:00:00Z") -> dict[str, Any]:
    return {"home": "Boston", "away": "Miami", "starts_at": start, "lines": lines}


def board(**events: Any) -> Board:
    titles = {"draftkings": "DraftKings", "fanduel": "FanDuel"}
    return Board("basketball_nba", "one", "american", bookmakers=titles, events=events)


def feed(age: float = 5, **lags: float) -> Feed:
    data_at = NOW - timedelta(seconds=age)
    stamps = {book: data_at - timedelta(seconds=lag) for book, lag in lags.items()}
    return judge(Facts(data_at=data_at, polling=True, confirmed=stamps), [], NOW)


def rows(market: str, lines: Any = LINES, odds: str = "american", **lags: float) -> Any:
    held, shown = board(e=event(lines)), Shown(market, odds, NOW)
    told = feed(**lags)
    columns = view.columns_of(held, held.events.values(), market, told)
    return view.event_rows(held, "e", told, shown, columns)


def best_of(found: Any) -> list[tuple[str, str, str]]:
    return [
        (row.tops[0].cell.point, row.tops[0].cell.price, row.tops[0].books) for row in found.rows
    ]


def test_away_stands_above_home_and_a_draw_below() -> None:
    assert [row.outcome for row in rows("h2h").rows] == ["Miami", "Boston", "Draw"]


def test_over_stands_beside_the_away_team_and_under_beside_home() -> None:
    found = [(row.name, row.tag) for row in rows("totals").rows]
    assert found == [("Miami", "Over"), ("Boston", "Under")]


def test_the_best_point_wins_over_a_better_price() -> None:
    assert best_of(rows("spreads")) == [("+7", "−120", "DK"), ("−6", "−115", "DK")]


def test_the_lowest_total_is_best_to_go_over_and_the_highest_to_stay_under() -> None:
    assert best_of(rows("totals")) == [("o220.5", "−120", "DK"), ("u222", "−110", "DK")]


def test_all_who_tie_are_best() -> None:
    miami, boston, _ = rows("h2h").rows
    assert (miami.tops[0].books, boston.tops[0].books) == ("FD", "DK FD")
    assert [cell.best for cell in boston.cells] == [True, True]


def test_a_bookmaker_that_lags_by_more_than_three_minutes_is_never_best() -> None:
    assert best_of(rows("spreads", draftkings=181))[0] == ("+6.5", "−115", "FD")
    assert best_of(rows("spreads", draftkings=180))[0] == ("+7", "−120", "DK")


def test_a_lay_price_is_shown_and_is_not_best() -> None:
    (row,) = rows("h2h_lay").rows
    assert (row.cells[0].price, row.cells[0].best, row.tops[0].cell.price) == ("+190", False, "")


def test_a_suspended_price_is_off_and_never_best() -> None:
    lines = {"fanduel": {"h2h": {"Miami": (0, None), "Boston": (-120, None)}}}
    miami, _ = rows("h2h", lines).rows
    assert (miami.cells[0].price, miami.cells[0].best) == ("off", False)


def test_an_event_without_lines_still_says_who_plays() -> None:
    found = rows("h2h", {})
    assert [(row.name, row.tops[0].books) for row in found.rows] == [
        ("Miami", "no lines"),
        ("Boston", "no lines"),
    ]


def test_outrights_run_from_the_favourite_to_the_longest_price() -> None:
    lines = {"fanduel": {"outrights": {"Long": (5000, None), "Fav": (300, None)}}}
    assert [row.outcome for row in rows("outrights", lines).rows] == ["Fav", "Long"]


def test_outcomes_that_are_no_teams_get_a_line_that_says_who_plays() -> None:
    lines = {"fanduel": {"player_points": {"Tatum / Over / 25": (-110, 25)}}}
    found = rows("player_points", lines)
    assert (found.titled, found.title) == (True, "Miami at Boston")


def test_well_known_bookmakers_come_first_and_only_those_with_the_market() -> None:
    held = board(e=event({"zebra": {"h2h": {"Miami": (1, None)}}, **LINES}))
    columns = view.columns_of(held, held.events.values(), "h2h", feed())
    assert [column.short for column in columns] == ["DK", "FD", "zebra"]
    lays = view.columns_of(held, held.events.values(), "h2h_lay", feed())
    assert [column.book for column in lays] == ["fanduel"]


def test_events_are_grouped_by_day_and_run_by_start() -> None:
    held = board(
        late=event({}, "2026-11-25T01:00:00Z"),
        second=event({}, "2026-11-24T03:00:00Z"),
        first=event({}, "2026-11-24T02:00:00Z"),
    )
    days = view.days_of(held, feed(), Shown("h2h", "american", NOW), [])
    assert [(day, [found.id for found in events]) for day, events in days] == [
        ("Tuesday 24 November", ["first", "second"]),
        ("Wednesday 25 November", ["late"]),
    ]


@pytest.mark.parametrize(("age", "fresh"), [(420, True), (421, False)])
def test_an_event_is_fresh_within_its_limit(age: float, fresh: bool) -> None:
    held = board(e=event(LINES, "2026-11-24T02:00:00Z"))
    shown = Shown("h2h", "american", NOW)
    assert view.event_rows(held, "e", feed(age), shown, []).fresh is fresh


def test_each_line_can_say_how_it_opened() -> None:
    held, shown = board(e=event(LINES)), Shown("spreads", "american", NOW)
    columns = view.columns_of(held, held.events.values(), "spreads", feed())
    openers = {("draftkings", "spreads", "Miami"): (-110.0, 6.5)}
    found = view.event_rows(held, "e", feed(), shown, columns, openers)
    assert [cell.opened for cell in found.rows[0].cells] == ["+6.5 −110", ""]


def test_the_market_asked_for_is_shown_where_the_board_has_it() -> None:
    held = board(e=event(LINES))
    assert view.choose_market(held, "totals") == "totals"
    assert view.choose_market(held, "nonsense") == "h2h"
    assert view.choose_market(board(), "totals") == "h2h"


def test_prices_read_in_either_format() -> None:
    assert rows("h2h", odds="decimal").rows[0].cells[1].price == "2.80"
    assert text.price_text(1.909, "decimal", "american") == "−110"
    assert text.price_text(-100, "american", "american") == "+100"
    assert text.price_text(1.998, "decimal", "american") == "+100"
    assert text.price_text(2.375, "decimal", "decimal") == "2.375"


def test_an_empty_board_says_why() -> None:
    assert words.empty_words("waiting", polled=True, active=True) == words.EMPTY["coming"]
    assert words.empty_words("waiting", polled=False, active=True) == words.EMPTY["unpolled"]
    assert words.empty_words("stale", polled=True, active=True) == words.EMPTY["failed"]
    assert words.empty_words("waiting", polled=True, active=False) == words.EMPTY["season"]


def test_the_meaning_of_the_settings_names_polls_credits_and_the_end() -> None:
    stretched = Forecast(9600, 9, 54, 4140, stretched=True)
    said = " ".join(polling_words(stretched, 3, 2, 60, NOW, False))
    for part in ("costs 3 credits", "9 times a day", "54 credits a day", "reset on 1 December"):
        assert part in said
    assert "Every 60 s, as set, the credits would be gone after 69 min" in said


def test_a_plan_that_pays_for_no_poll_says_so() -> None:
    nothing = Forecast(float("inf"), 0, 0, 60, stretched=True)
    assert "do not pay for one more poll" in polling_words(nothing, 3, 2, 60, NOW, False)[-1]


@pytest.mark.parametrize(
    ("price", "held", "fraction", "chance"),
    [
        (150, "american", "3/2", "40.0%"),
        (-110, "american", "10/11", "52.4%"),
        (100, "american", "1/1", "50.0%"),
        (1.91, "decimal", "10/11", "52.4%"),
        (1.01, "decimal", "1/100", "99.0%"),
        (4.333, "decimal", "10/3", "23.1%"),
        (501, "decimal", "500/1", "0.2%"),
        (0, "american", "off", "off"),
    ],
)
def test_prices_read_as_fractions_and_chances(
    price: float, held: str, fraction: str, chance: str
) -> None:
    assert text.price_text(price, held, "fractional") == fraction
    assert text.price_text(price, held, "probability") == chance


def test_the_best_line_of_old_data_says_how_old_it_is() -> None:
    held, shown = board(e=event(LINES)), Shown("h2h", "american", NOW)
    told = feed(1200, fanduel=60)
    columns = view.columns_of(held, held.events.values(), "h2h", told)
    found = view.event_rows(held, "e", told, shown, columns)
    assert [row.tops[0].books for row in found.rows] == ["FD 21 min", "2× 20 min", "FD 21 min"]


def test_markets_side_by_side_share_the_rows_of_their_sides() -> None:
    found = rows("all")
    assert [row.outcome for row in found.rows] == [
        "Miami | Over | Miami",
        "Boston | Under | Boston",
        " |  | Draw",
    ]
    assert [top.cell.price for top in found.rows[2].tops] == ["", "", "+900"]
