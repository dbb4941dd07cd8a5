"""How a board is looked at: the choices in an address, what is kept, which games and columns follow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.modules import Run

HOUR = 3_600_000
NOW = 1_795_478_400_000  # 2026-11-24T00:00:00Z, an hour into the 24th in Berlin


def view_of(run: Run, search: str, kept: str | None = None) -> Any:
    return run(
        ["shown/view-state"],
        "return m.viewOf(given.search, given.kept)",
        {"search": search, "kept": kept},
    )


def test_the_address_wins_then_what_was_kept_then_the_defaults(run: Run) -> None:
    kept = '{"odds": "decimal", "theme": "dark", "hide": ["fanduel"], "find": "boston"}'
    view = view_of(run, "?odds=fractional&hide=betmgm&hide=caesars", kept)
    assert (view["odds"], view["theme"], view["density"]) == ("fractional", "dark", "dense")
    assert view["hide"] == ["betmgm", "caesars"]
    assert view["find"] == ""  # a search is not kept


@pytest.mark.parametrize(
    "search",
    ["?odds=x&theme=&density=a&when=b&sort=c&zone=Nowhere/Atlantis", f"?market={'x' * 81}", "?%ff"],
)
def test_nonsense_in_an_address_is_left_out(run: Run, search: str) -> None:
    assert view_of(run, search) == view_of(run, "")


@pytest.mark.parametrize("kept", ["{", "null", "7", '{"hide": "x", "odds": 3, "fav": [1, "a"]}'])
def test_nonsense_in_the_browser_is_left_out(run: Run, kept: str) -> None:
    view = view_of(run, "", kept)
    assert (view["hide"], view["odds"]) == ([], "")
    assert view["fav"] in ([], ["a"])


def test_an_address_says_what_differs_and_a_shared_one_says_everything(run: Run) -> None:
    body = """const view = m.viewOf(given, null);
      const other = '{"odds": "decimal", "hide": ["x"], "sort": "hold"}';
      return [m.queryOf(view), m.viewOf("?" + m.queryOf(view), null),
        m.viewOf("?" + m.queryOf(view, true), other), view]"""
    short, again, shared, view = run(
        ["shown/view-state"], body, "?odds=american&fav=a%26b&fav=c&zone=UTC&when=soon"
    )
    assert short == "odds=american&zone=UTC&when=soon&fav=a%26b&fav=c"
    assert again == view
    assert shared == view


def events() -> dict[str, Any]:
    def event(away: str, home: str, hours: float, price: float) -> dict[str, Any]:
        lines = {"dk": {"h2h": {away: [price, None], home: [-120, None]}}}
        minutes = round(60 * (24 + hours))
        starts = f"2026-11-{23 + minutes // 1440}T{minutes // 60 % 24:02}:{minutes % 60:02}:00Z"
        return {"away": away, "home": home, "starts_at": starts, "lines": lines}

    return {
        "live": event("Miami Heat", "Boston Celtics", -1, 100),
        "soon": event("Málaga", "Utah Jazz", 2.5, 110),
        "late": event("Denver Nuggets", "Chicago Bulls", 23.5, 105),
        "far": event("Atlanta Hawks", "Miami Heat", 50, 115),
    }


def groups(run: Run, **choices: Any) -> Any:
    body = """const events = m.eventsOf(given.events);
      const view = { ...m.DEFAULTS, zone: "UTC", ...given.choices };
      const shown = { markets: ["h2h"], out: new Set(), format: "american" };
      return m.groupsOf(events, view, given.now, shown)"""
    given = {"events": events(), "choices": choices, "now": NOW}
    return run(["domain/board", "shown/view-state", "shown/chosen"], body, given)


def ids(run: Run, **choices: Any) -> list[str]:
    return [found for _, group in groups(run, **choices) for found in group]


def test_games_are_shown_by_day_of_the_chosen_zone(run: Run) -> None:
    assert [found for _, found in groups(run)] == [["live"], ["soon", "late"], ["far"]]
    assert [found for _, found in groups(run, zone="Europe/Berlin")] == [
        ["live", "soon"],
        ["late"],
        ["far"],
    ]


def test_games_are_chosen_by_time(run: Run) -> None:
    assert ids(run, when="live") == ["live"]
    assert ids(run, when="soon") == ["soon"]
    assert ids(run, when="today") == ["soon", "late"]
    assert ids(run, when="today", zone="America/New_York") == ["live", "soon"]


def test_a_search_takes_words_in_any_order_without_accents(run: Run) -> None:
    assert ids(run, find="malaga") == ["soon"]
    assert ids(run, find="heat MIAMI") == ["live", "far"]
    assert ids(run, find="heat bulls") == []


def test_favourites_come_first_be_it_the_game_or_a_team(run: Run) -> None:
    assert groups(run, fav=["late"], team=["Atlanta Hawks"])[0] == ["Favourites", ["late", "far"]]
    assert ids(run, fav=["late"], sort="start") == ["live", "soon", "late", "far"]


def test_the_lowest_hold_comes_first_where_asked(run: Run) -> None:
    assert ids(run, sort="hold") == ["far", "soon", "late", "live"]


def test_a_hold_needs_every_side_at_one_point(run: Run) -> None:
    body = """const event = m.eventsOf({ e: given }).e;
      const out = new Set(["late"]);
      return ["spreads", "totals"].map((market) => m.lowestHold(event, market, out, "decimal"))"""
    spreads = {"A": [1.9, 6.5], "B": [1.95, -7]}
    totals = {"Over": [2.1, 220], "Under": [1.8, 220]}
    lines = {
        "x": {"spreads": spreads, "totals": totals},
        "y": {"totals": {"Over": [3, 221], "Under": [2.0, 220]}},
        "late": {"totals": {"Over": [9, 220], "Under": [9, 220]}},
    }
    event = {"away": "A", "home": "B", "starts_at": "2026-11-24T00:10:00Z", "lines": lines}
    assert run(["domain/board", "domain/hold"], body, event) == [
        None,
        pytest.approx(1 / 2.1 + 1 / 2.0 - 1),
    ]


def test_columns_are_hidden_and_ordered(run: Run) -> None:
    body = """const columns = ["dk", "fd", "mgm", "czr"].map((book) => ({ book }));
      const found = m.arranged(columns, { hide: ["fd"], order: ["czr", "gone", "mgm"] });
      return found.map(({ book }) => book)"""
    assert run(["shown/chosen"], body) == ["czr", "mgm", "dk"]


def test_a_csv_is_plain_ascii_and_no_formula(run: Run) -> None:
    body = """const events = m.eventsOf(given); const columns = [{ book: "dk" }, { book: "fd" }];
      return m.csvOf({ board: { events, odds_format: "american" }, odds: "american", out: new Set() },
        { columns, markets: ["spreads"], shown: ["e"] })"""
    lines = {"dk": {"spreads": {"=A": [-110, -6.5]}}, "fd": {"spreads": {"=A": [-115, -6.5]}}}
    event = {"away": "=A", "home": 'B, "the"', "starts_at": "2026-11-24T00:10:00Z", "lines": lines}
    assert run(["domain/board", "shown/csv"], body, {"e": event}).split("\r\n") == [
        "event,starts_at,away,home,market,outcome,bookmaker,point,price,best",
        'e,2026-11-24T00:10:00Z,\'=A,"B, ""the""",spreads,\'=A,dk,-6.5,-110,yes',
        'e,2026-11-24T00:10:00Z,\'=A,"B, ""the""",spreads,\'=A,fd,-6.5,-115,',
        "",
    ]


def test_a_line_that_left_the_board_is_remembered_for_ten_minutes(run: Run) -> None:
    body = """const moves = new m.Movements();
      const before = m.eventsOf({ e: { starts_at: "x", lines: { dk: { h2h: { A: [100, null] } } } } });
      const patch = { e: { lines: { dk: null } } };
      moves.note(before, m.apply(before, patch), patch, "american", 0);
      const told = [moves.gone("e")];
      for (const at of [600000, 600001]) told.push([[...moves.age(at)], moves.gone("e").length]);
      return told"""
    found = run(["domain/board", "domain/movements"], body)
    assert found == [[["dk", "h2h", "A"]], [[], 1], [["e"], 0]]


def test_a_field_of_date_and_time_means_the_moment_that_it_shows_in_any_zone(run: Run) -> None:
    moments = [
        "2026-11-27T20:43:59Z",
        "2026-03-08T06:59:59Z",
        "2026-03-08T07:00:00Z",
        "2026-07-01T00:00:00Z",
    ]
    body = """return given.flatMap((at) => ["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Apia"]
      .map((zone) => m.fieldMoment(m.fieldText(Date.parse(at), zone), zone) - Date.parse(at)))"""
    assert set(run(["shown/format"], body, moments)) == {0}
    shown = run(["shown/format"], "return m.fieldText(Date.parse(given), 'Asia/Tokyo')", moments[0])
    assert shown == "2026-11-28T05:43:59"
